import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { FileLock2, ServerCog } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Badge } from '../../ui/badge.tsx';

const icons = { file: FileLock2, system: ServerCog } as const;

/** Who keeps a route, where that is not people in the console; nothing otherwise. */
export const KeptBy = ({ managedBy }: Pick<GatewayRoute, 'managedBy'>) => {
  const { t } = useTranslation('services');
  if (managedBy === null) return null;
  const Icon = icons[managedBy];
  return (
    <Badge tone="outline">
      <Icon aria-hidden />
      {t(`keptBy.${managedBy}`)}
    </Badge>
  );
};
