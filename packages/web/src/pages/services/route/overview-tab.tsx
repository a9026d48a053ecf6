import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { Alert } from '../../../ui/alert.tsx';
import { useTranslation } from 'react-i18next';
import { TrafficCharts } from './traffic-charts.tsx';
import { Upstreams } from './upstreams.tsx';

export const OverviewTab = ({ route }: { readonly route: GatewayRoute }) => {
  const { t } = useTranslation('services');
  return (
    <div className="flex flex-col gap-5">
      {!route.enabled && <Alert live={false}>{t('isOff')}</Alert>}
      <Upstreams route={route} />
      <TrafficCharts route={route} />
    </div>
  );
};
