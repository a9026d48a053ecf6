import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { RouteDefinition } from '@dumont/contracts/gateway/gateway-routes';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { RouteForm } from '../../features/services/route-form/route-form.tsx';
import { api } from '../../lib/api.ts';
import { newIdempotencyKey } from '../../lib/clock.ts';
import { gatewayQueries } from '../../queries/gateway.ts';
import { useProjectId } from '../../queries/session.ts';
import { Page } from '../../ui/page.tsx';
import { toast } from '../../ui/toast.tsx';

export const NewRoutePage = () => {
  const { t } = useTranslation('services');
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const projectId = useProjectId();
  /** One key for one definition, however often it is sent. */
  const sent = useRef({ text: '', key: '' });
  const create = async (definition: RouteDefinition): Promise<void> => {
    const body = { ...(projectId === undefined ? {} : { projectId }), route: definition };
    const text = JSON.stringify(body);
    if (sent.current.text !== text) sent.current = { text, key: newIdempotencyKey() };
    const { id, name } = await api.createGatewayRoute({ body, idempotencyKey: sent.current.key });
    await queryClient.invalidateQueries({ queryKey: gatewayQueries.all });
    toast.ok(t('createdToast', { name }));
    await navigate({ to: '/services/$routeId', params: { routeId: id }, search: {} });
  };
  return (
    <Page
      title={t('newTitle')}
      description={t('newText')}
      breadcrumb={
        <Link to="/services" className="underline-offset-4 hover:text-ink hover:underline">
          {t('title')}
        </Link>
      }
    >
      <RouteForm action={t('create')} onSave={create} />
    </Page>
  );
};
