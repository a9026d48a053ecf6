import type { Alarm } from '@dumont/contracts/alarms/alarms';
import { Info, OctagonAlert, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Badge } from '../../ui/badge.tsx';

const looks = {
  info: ['neutral', Info],
  warning: ['warning', TriangleAlert],
  critical: ['danger', OctagonAlert],
} as const;

export const SeverityBadge = ({ severity }: Pick<Alarm, 'severity'>) => {
  const { t } = useTranslation('common');
  const [tone, Icon] = looks[severity];
  return (
    <Badge tone={tone}>
      <Icon aria-hidden />
      {t(`severity.${severity}`)}
    </Badge>
  );
};
