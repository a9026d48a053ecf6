import { CircleCheck, CircleHelp, CircleX, CircleSlash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Badge } from '../../ui/badge.tsx';
import type { UpstreamHealth } from './upstreams.ts';

const looks = {
  healthy: ['ok', CircleCheck],
  unhealthy: ['danger', CircleX],
  open: ['warning', CircleSlash2],
  unknown: ['neutral', CircleHelp],
} as const;

/** What a replica thinks of an upstream, as icon, word and colour. */
export const UpstreamState = ({ state }: Pick<UpstreamHealth, 'state'>) => {
  const { t } = useTranslation('services');
  const [tone, Icon] = looks[state];
  return (
    <Badge tone={tone}>
      <Icon aria-hidden />
      {t(`health.${state}`)}
    </Badge>
  );
};
