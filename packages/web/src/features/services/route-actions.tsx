import { definitionOf } from '@dumont/contracts/gateway/definition-of';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { Power, PowerOff, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../lib/api.ts';
import { gatewayQueries } from '../../queries/gateway.ts';
import { useMay } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { toast } from '../../ui/toast.tsx';

interface RouteActionsProps {
  readonly route: GatewayRoute;
  /** The page of a route that is gone is left. */
  readonly onDeleted: () => void;
}

/** Switching on harms nobody; what takes requests away asks first and says whose. */
export const RouteActions = ({ route, onDeleted }: RouteActionsProps) => {
  const { t } = useTranslation(['services', 'common']);
  const queryClient = useQueryClient();
  const mayWrite = useMay('gateway:write');
  const [open, setOpen] = useState<'disable' | 'delete'>();
  const toggle = useMutation({
    mutationFn: () =>
      api.replaceGatewayRoute({
        params: { id: route.id },
        body: { ...definitionOf(route), enabled: !route.enabled },
      }),
    onSuccess: async ({ name, enabled }) => {
      await queryClient.invalidateQueries({ queryKey: gatewayQueries.all });
      toast.ok(t(enabled ? 'enabledToast' : 'disabledToast', { name }));
    },
  });
  if (!mayWrite || route.managedBy !== null) return null;
  const requests = `${route.hosts.join(', ')}${route.path}`;
  return (
    <>
      <Button
        busy={toggle.isPending && open === undefined}
        onClick={() => {
          if (route.enabled) setOpen('disable');
          else toggle.mutate(undefined, { onError: toast.error });
        }}
      >
        {route.enabled ? <PowerOff aria-hidden /> : <Power aria-hidden />}
        {t(route.enabled ? 'disable' : 'enable')}
      </Button>
      <Button onClick={() => setOpen('delete')}>
        <Trash2 aria-hidden />
        {t('common:delete')}
      </Button>
      {open === 'disable' && (
        <ConfirmDialog
          open
          onOpenChange={() => setOpen(undefined)}
          title={t('disableTitle', { name: route.name })}
          consequence={t('disableText', { requests })}
          action={t('disable')}
          onConfirm={() => toggle.mutateAsync()}
        />
      )}
      {open === 'delete' && (
        <ConfirmDialog
          open
          onOpenChange={() => setOpen(undefined)}
          title={t('deleteTitle', { name: route.name })}
          consequence={t('deleteText', { requests })}
          action={t('common:delete')}
          onConfirm={async () => {
            await api.deleteGatewayRoute({ params: { id: route.id } });
            toast.ok(t('deletedToast', { name: route.name }));
            onDeleted();
            await queryClient.invalidateQueries(gatewayQueries.allBut(route.id));
          }}
        />
      )}
    </>
  );
};
