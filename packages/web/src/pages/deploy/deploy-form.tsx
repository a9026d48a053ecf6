import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { DeploymentDefaults } from '@dumont/contracts/identity/settings';
import type { Offer } from '@dumont/contracts/market/offers';
import { Rocket } from 'lucide-react';
import { useMemo, useRef } from 'react';
import { useForm, type UseFormReturn } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { FormError } from '../../features/forms/form-error.tsx';
import { LabelledSwitch } from '../../features/forms/labelled-switch.tsx';
import { machineNeedsFrom } from '../../features/market/machine-needs.ts';
import { offerFilterFrom, validateOfferNeeds } from '../../features/market/offer-needs.ts';
import { api } from '../../lib/api.ts';
import { newIdempotencyKey } from '../../lib/clock.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { offerQueries } from '../../queries/market.ts';
import { useProjectId } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Input, Textarea } from '../../ui/input.tsx';
import { Section } from '../../ui/page.tsx';
import { draftWith } from './deploy-defaults.ts';
import { deployDraft, knownImages, portsOf, type DeployDraft } from './deploy-draft.ts';
import type { DeploySearch } from './deploy-search.ts';
import { OffersStep } from './offers-step.tsx';

const defaultDisk = 100;
/** Enough to say what is on offer, and who would race. */
const shownOffers = 100;

interface DeployFormProps {
  readonly search: DeploySearch;
  /** What the user's deployments take unless told otherwise. */
  readonly defaults: DeploymentDefaults;
  readonly onSearch: (search: DeploySearch) => void;
}

/** What it must have, what runs on it, when it sleeps; and what that costs before anything is rented. */
export const DeployForm = ({ search, defaults, onSearch }: DeployFormProps) => {
  const { t } = useTranslation('machines');
  const navigate = useNavigate();
  const projectId = useProjectId();
  const needs = useMemo(() => validateOfferNeeds({ ...search }), [search]);
  const diskGb = search.disk ?? defaults.disk_size ?? defaultDisk;
  const offers = useQuery(
    offerQueries.list(offerFilterFrom({ ...needs, disk: diskGb }, projectId, shownOffers)),
  );
  const usable = offers.data?.offers.filter((offer) => !offer.is_blacklisted) ?? [];
  const only = search.offer === undefined ? undefined : usable.find(({ id }) => id === search.offer);

  const schema = useMemo(
    () =>
      deployDraft({
        required: t('deploy.required'),
        ports: t('deploy.portsWrong'),
        disk: t('deploy.diskWrong'),
        window: t('deploy.windowWrong'),
      }),
    [t],
  );
  const form = useForm<DeployDraft>({
    resolver: zodResolver(schema),
    defaultValues: draftWith(defaults, diskGb),
  });
  /** One key for one request, however often it is sent. */
  const sent = useRef({ body: '', key: '' });
  const deploy = useMutation({
    mutationFn: (draft: DeployDraft) => {
      const body = {
        ...(projectId === undefined ? {} : { project_id: projectId }),
        ...(draft.label === '' ? {} : { label: draft.label }),
        ...(search.offer === undefined ? {} : { offer_id: search.offer, account_id: search.account }),
        ...(search.snapshot === undefined ? {} : { snapshot_id: search.snapshot }),
        needs: machineNeedsFrom(needs),
        image: draft.image,
        disk_size: draft.diskGb,
        ports: portsOf(draft.ports),
        onstart_cmd: draft.onStart,
        idle_policy: { enabled: draft.sleeps, window_seconds: Math.round(draft.windowMinutes * 60) },
      };
      const text = JSON.stringify(body);
      if (sent.current.body !== text) sent.current = { body: text, key: newIdempotencyKey() };
      return api.createInstance({ body, idempotencyKey: sent.current.key });
    },
    onSuccess: ({ id }) =>
      void navigate({ to: '/machines/$machineId', params: { machineId: id }, search: {} }),
  });
  return (
    // Not a form: Enter in one of many fields is not to rent anything.
    <div className="flex flex-col gap-5">
      <OffersStep search={search} needs={needs} offers={offers} only={only} onSearch={onSearch} />
      <div className="grid grid-cols-1 items-start gap-5 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <MachineStep form={form} onDisk={(disk) => onSearch({ ...search, disk })} />
        <SleepStep form={form} />
      </div>
      <FormError error={deploy.error} />
      <div className="sticky bottom-0 -mx-4 flex flex-wrap items-center justify-between gap-3 border-t border-line bg-canvas px-4 py-3 sm:-mx-6 sm:px-6">
        <Price offers={only === undefined ? usable : [only]} isOnly={only !== undefined} />
        <Button
          variant="primary"
          size="lg"
          onClick={() => void form.handleSubmit((draft) => deploy.mutate(draft))()}
          busy={deploy.isPending}
          disabled={usable.length === 0}
        >
          <Rocket aria-hidden />
          {t('deploy.start')}
        </Button>
      </div>
    </div>
  );
};

interface PriceProps {
  /** Best first. */
  readonly offers: readonly Offer[];
  readonly isOnly: boolean;
}

const racing = 5;

/** What an hour will cost: the spread of those who would race first. */
const Price = ({ offers, isOnly }: PriceProps) => {
  const { t } = useTranslation('machines');
  const format = useFormat();
  const prices = offers.slice(0, racing).map(({ dph_total: price }) => price);
  if (prices.length === 0) return <p className="text-sm text-ink-muted">{t('deploy.noPrice')}</p>;
  const money = (value: number) => format.money(value, 'USD', { digits: 3 });
  const [least, most] = [Math.min(...prices), Math.max(...prices)];
  return (
    <p className="min-w-0 text-sm" role="status">
      <span className="text-base font-semibold">
        {least === most ? money(least) : `${money(least)} – ${money(most)}`}
        <span className="font-normal text-ink-muted">/h</span>
      </span>{' '}
      <span className="text-ink-muted">
        {isOnly ? t('deploy.priceOne') : t('deploy.priceRace', { count: prices.length })}
      </span>
    </p>
  );
};

interface StepProps {
  readonly form: UseFormReturn<DeployDraft>;
}

const MachineStep = ({ form, onDisk }: StepProps & { readonly onDisk: (diskGb: number) => void }) => {
  const { t } = useTranslation(['machines', 'common']);
  const { errors } = form.formState;
  const disk = form.register('diskGb', { valueAsNumber: true });
  return (
    <Section title={t('deploy.machine')}>
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
        <Field label={`${t('column.name')} (${t('common:optional')})`} error={errors.label?.message}>
          <Input autoComplete="off" placeholder={t('deploy.namePlaceholder')} {...form.register('label')} />
        </Field>
        <Field label={t('deploy.disk')} hint={t('deploy.diskHint')} error={errors.diskGb?.message}>
          <Input
            type="number"
            min={8}
            {...disk}
            onBlur={async (event) => {
              await disk.onBlur(event);
              // The price of offers holds the disk.
              if (await form.trigger('diskGb')) onDisk(form.getValues('diskGb'));
            }}
          />
        </Field>
        <Field
          className="sm:col-span-2"
          label={t('deploy.image')}
          hint={t('deploy.imageHint')}
          error={errors.image?.message}
        >
          <Input
            list="deploy-images"
            autoComplete="off"
            spellCheck={false}
            className="font-mono"
            {...form.register('image')}
          />
        </Field>
        <datalist id="deploy-images">
          {knownImages.map((image) => (
            <option key={image}>{image}</option>
          ))}
        </datalist>
        <Field
          label={`${t('deploy.ports')} (${t('common:optional')})`}
          hint={t('deploy.portsHint')}
          error={errors.ports?.message}
        >
          <Input inputMode="numeric" autoComplete="off" {...form.register('ports')} />
        </Field>
        <Field
          className="sm:col-span-2"
          label={`${t('deploy.onStart')} (${t('common:optional')})`}
          hint={t('deploy.onStartHint')}
          error={errors.onStart?.message}
        >
          <Textarea
            rows={2}
            spellCheck={false}
            className="min-h-14! font-mono"
            {...form.register('onStart')}
          />
        </Field>
      </div>
    </Section>
  );
};

const SleepStep = ({ form }: StepProps) => {
  const { t } = useTranslation('machines');
  const { errors } = form.formState;
  const sleeps = form.watch('sleeps');
  return (
    <Section title={t('deploy.sleep')}>
      <div className="flex flex-col gap-4">
        <LabelledSwitch
          label={t('policy.enabled')}
          hint={t('policy.enabledHint')}
          checked={sleeps}
          onChange={(checked) => form.setValue('sleeps', checked)}
        />
        {sleeps && (
          <Field
            label={t('policy.window')}
            hint={t('policy.windowHint')}
            error={errors.windowMinutes?.message}
          >
            <Input
              type="number"
              min={1}
              max={1440}
              {...form.register('windowMinutes', { valueAsNumber: true })}
            />
          </Field>
        )}
        <p className="text-xs text-pretty text-ink-muted">{t('deploy.sleepHint')}</p>
      </div>
    </Section>
  );
};
