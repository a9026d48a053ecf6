import { definitionOf } from '@dumont/contracts/gateway/definition-of';
import { useQueryClient } from '@tanstack/react-query';
import type { GatewayRoute, RouteDefinition } from '@dumont/contracts/gateway/gateway-routes';
import { useTranslation } from 'react-i18next';
import { RouteForm } from '../../../features/services/route-form/route-form.tsx';
import { api } from '../../../lib/api.ts';
import { gatewayQueries } from '../../../queries/gateway.ts';
import { useMay } from '../../../queries/session.ts';
import { Alert } from '../../../ui/alert.tsx';
import { toast } from '../../../ui/toast.tsx';

/** All that the route says, to be changed here unless somebody else keeps it. */
export const SettingsTab = ({ route }: { readonly route: GatewayRoute }) => {
  const { t } = useTranslation(['services', 'common']);
  const queryClient = useQueryClient();
  const mayWrite = useMay('gateway:write');
  const save = async (definition: RouteDefinition): Promise<void> => {
    const saved = await api.replaceGatewayRoute({ params: { id: route.id }, body: definition });
    queryClient.setQueryData(gatewayQueries.route(route.id).queryKey, saved);
    await queryClient.invalidateQueries({ queryKey: gatewayQueries.all });
    toast.ok(t('savedToast', { name: saved.name }));
  };
  return (
    <div className="flex flex-col gap-5">
      {route.managedBy !== null && <Alert live={false}>{t(`keptByText.${route.managedBy}`)}</Alert>}
      <RouteForm
        // What was changed elsewhere is shown anew, what is being typed stays.
        key={`${route.managedBy} ${route.enabled}`}
        route={definitionOf(route)}
        action={t('common:save')}
        readOnly={!mayWrite || route.managedBy !== null}
        onSave={save}
      />
    </div>
  );
};
