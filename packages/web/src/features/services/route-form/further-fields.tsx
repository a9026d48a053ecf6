import { useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import { linesOf } from '../../../lib/lines.ts';
import { ChoiceField } from './choice-field.tsx';
import { Folded } from './folded.tsx';
import { MethodsField } from './methods-field.tsx';
import type { RouteDraft } from './route-draft.ts';
import { SwitchField } from './switch-field.tsx';
import { TextField } from './text-field.tsx';

const grid = 'grid grid-cols-1 gap-4 sm:grid-cols-2 lg:grid-cols-4';

/** What most routes leave as it is: each part says how it is before it is opened. */
export const FurtherFields = () => (
  <div className="divide-y divide-line rounded-lg border border-line bg-surface">
    <MatchFields />
    <LimitFields />
    <HealthFields />
    <TimeFields />
    <CorsFields />
    <HeaderFields />
  </div>
);

const MatchFields = () => {
  const { t } = useTranslation('services');
  const [hosts, upstreamPath, audience] = useWatch<RouteDraft, ['hosts', 'upstreamPath', 'identityAudience']>(
    {
      name: ['hosts', 'upstreamPath', 'identityAudience'],
    },
  );
  const now = [
    linesOf(hosts).join(', ') || t('now.anyHost'),
    upstreamPath === '' ? t('now.samePath') : `→ ${upstreamPath}`,
    audience !== '' && t('now.identity', { audience }),
  ];
  return (
    <Folded
      title={t('form.match')}
      now={now.filter(Boolean).join(' · ')}
      fields={['hosts', 'upstreamPath', 'preserveHost', 'webSockets', 'identityAudience']}
    >
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-3">
        <TextField lines name="hosts" label={t('field.hosts')} hint={t('hint.hosts')} />
        <TextField name="upstreamPath" label={t('field.upstreamPath')} hint={t('hint.upstreamPath')} />
        <TextField
          name="identityAudience"
          label={t('field.identityAudience')}
          hint={t('hint.identityAudience')}
        />
      </div>
      <SwitchField name="preserveHost" label={t('field.preserveHost')} hint={t('hint.preserveHost')} />
      <SwitchField name="webSockets" label={t('field.webSockets')} />
    </Folded>
  );
};

const LimitFields = () => {
  const { t } = useTranslation('services');
  const format = useFormat();
  const [limit, requestBytes] = useWatch<RouteDraft, ['rateLimit', 'maxRequestBytes']>({
    name: ['rateLimit', 'maxRequestBytes'],
  });
  const now = [
    limit.on
      ? t('now.limited', {
          requests: limit.requests,
          seconds: limit.perSeconds,
          by: t(`by.${limit.by}`).toLocaleLowerCase(format.locale),
        })
      : t('now.unlimited'),
    t('now.bytes', { size: format.bytes(Number(requestBytes) || 0) }),
  ];
  return (
    <Folded
      title={t('form.limits')}
      now={now.join(' · ')}
      fields={['rateLimit', 'maxRequestBytes', 'maxResponseBytes']}
    >
      <SwitchField name="rateLimit.on" label={t('field.limited')} hint={t('hint.limited')} />
      {limit.on && (
        <div className={grid}>
          <TextField numeric name="rateLimit.requests" label={t('field.requests')} />
          <TextField numeric name="rateLimit.perSeconds" label={t('field.perSeconds')} />
          <ChoiceField
            name="rateLimit.by"
            label={t('field.by')}
            options={(['address', 'subject'] as const).map((value) => ({ value, label: t(`by.${value}`) }))}
          />
        </div>
      )}
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <TextField numeric name="maxRequestBytes" label={t('field.maxRequestBytes')} />
        <TextField
          numeric
          name="maxResponseBytes"
          label={t('field.maxResponseBytes')}
          hint={t('hint.maxResponseBytes')}
        />
      </div>
    </Folded>
  );
};

const HealthFields = () => {
  const { t } = useTranslation('services');
  const [check, breaker] = useWatch<RouteDraft, ['healthCheck', 'circuitBreaker']>({
    name: ['healthCheck', 'circuitBreaker'],
  });
  const now = [
    check.on ? t('now.checked', { path: check.path, seconds: check.intervalSeconds }) : t('now.unchecked'),
    breaker.on ? t('now.breaks', { failures: breaker.failures }) : t('now.neverBreaks'),
  ];
  return (
    <Folded title={t('form.health')} now={now.join(' · ')} fields={['healthCheck', 'circuitBreaker']}>
      <SwitchField name="healthCheck.on" label={t('field.checked')} hint={t('hint.checked')} />
      {check.on && (
        <>
          <TextField className="sm:max-w-sm" name="healthCheck.path" label={t('field.checkPath')} />
          <div className={grid}>
            <TextField numeric name="healthCheck.intervalSeconds" label={t('field.intervalSeconds')} />
            <TextField numeric name="healthCheck.timeoutSeconds" label={t('field.timeoutSeconds')} />
            <TextField numeric name="healthCheck.healthyAfter" label={t('field.healthyAfter')} />
            <TextField numeric name="healthCheck.unhealthyAfter" label={t('field.unhealthyAfter')} />
          </div>
        </>
      )}
      <SwitchField name="circuitBreaker.on" label={t('field.breaks')} hint={t('hint.breaks')} />
      {breaker.on && (
        <div className={grid}>
          <TextField numeric name="circuitBreaker.failures" label={t('field.failures')} />
          <TextField numeric name="circuitBreaker.openSeconds" label={t('field.openSeconds')} />
        </div>
      )}
    </Folded>
  );
};

const TimeFields = () => {
  const { t } = useTranslation('services');
  const [timeouts, retries] = useWatch<RouteDraft, ['timeouts', 'retries']>({
    name: ['timeouts', 'retries'],
  });
  return (
    <Folded
      title={t('form.times')}
      now={t('now.times', { ms: timeouts.responseMs, count: Number(retries) || 0 })}
      fields={['timeouts', 'retries']}
    >
      <div className={grid}>
        <TextField numeric name="timeouts.connectMs" label={t('field.connectMs')} />
        <TextField
          numeric
          name="timeouts.responseMs"
          label={t('field.responseMs')}
          hint={t('hint.responseMs')}
        />
        <TextField numeric name="timeouts.idleMs" label={t('field.idleMs')} hint={t('hint.idleMs')} />
        <TextField numeric name="retries" label={t('field.retries')} hint={t('hint.retries')} />
      </div>
    </Folded>
  );
};

const CorsFields = () => {
  const { t } = useTranslation('services');
  const cors = useWatch<RouteDraft, 'cors'>({ name: 'cors' });
  return (
    <Folded
      title={t('form.cors')}
      now={cors.on ? linesOf(cors.origins).join(', ') : t('now.noCors')}
      fields={['cors']}
    >
      <SwitchField name="cors.on" label={t('field.cors')} hint={t('hint.cors')} />
      {cors.on && (
        <>
          <div className="grid grid-cols-1 gap-4 lg:grid-cols-3">
            <TextField
              lines
              name="cors.origins"
              label={t('field.origins')}
              hint={t('hint.origins')}
              placeholder="https://shop.example.org"
            />
            <TextField lines name="cors.headers" label={t('field.corsHeaders')} hint={t('hint.line')} />
            <TextField lines name="cors.exposed" label={t('field.exposed')} hint={t('hint.line')} />
          </div>
          <MethodsField name="cors.methods" label={t('field.corsMethods')} />
          <SwitchField name="cors.credentials" label={t('field.credentials')} />
          <TextField
            numeric
            className="sm:max-w-40"
            name="cors.maxAgeSeconds"
            label={t('field.maxAgeSeconds')}
          />
        </>
      )}
    </Folded>
  );
};

const HeaderFields = () => {
  const { t } = useTranslation('services');
  const [request, response] = useWatch<RouteDraft, ['requestHeaders', 'responseHeaders']>({
    name: ['requestHeaders', 'responseHeaders'],
  });
  const count = [request.set, request.remove, response.set, response.remove].flatMap(linesOf).length;
  return (
    <Folded
      title={t('form.headers')}
      now={count === 0 ? t('now.noHeaders') : t('now.headers', { count })}
      fields={['requestHeaders', 'responseHeaders']}
    >
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <TextField
          lines
          name="requestHeaders.set"
          label={t('field.requestSet')}
          hint={t('hint.headerLines')}
        />
        <TextField
          lines
          name="requestHeaders.remove"
          label={t('field.requestRemove')}
          hint={t('hint.line')}
        />
        <TextField
          lines
          name="responseHeaders.set"
          label={t('field.responseSet')}
          hint={t('hint.headerLines')}
        />
        <TextField
          lines
          name="responseHeaders.remove"
          label={t('field.responseRemove')}
          hint={t('hint.line')}
        />
      </div>
    </Folded>
  );
};
