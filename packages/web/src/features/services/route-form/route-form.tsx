import { toNestErrors } from '@hookform/resolvers';
import { useMutation } from '@tanstack/react-query';
import { ApiError } from '@dumont/contracts/client';
import type { RouteDefinition } from '@dumont/contracts/gateway/gateway-routes';
import { FormProvider, useForm, type FieldErrors, type Resolver } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/button.tsx';
import { FormError } from '../../forms/form-error.tsx';
import { BasicFields } from './basic-fields.tsx';
import { checkDraft, serverFaults } from './draft-faults.ts';
import { FurtherFields } from './further-fields.tsx';
import { draftOf, type RouteDraft } from './route-draft.ts';

interface RouteFormProps {
  /** Undefined for a new one. */
  readonly route?: RouteDefinition;
  readonly action: string;
  /** Nothing can be changed: it is kept elsewhere, or the person may not. */
  readonly readOnly?: boolean;
  readonly onSave: (route: RouteDefinition) => Promise<unknown>;
}

/** All that a route says; what the server refuses is shown where it stands. */
export const RouteForm = ({ route, action, readOnly = false, onSave }: RouteFormProps) => {
  const { t } = useTranslation('services');
  const resolver: Resolver<RouteDraft, unknown, RouteDefinition> = (draft, _context, options) => {
    const checked = checkDraft(draft, t);
    if (checked.definition !== undefined) return { values: checked.definition, errors: {} };
    const errors = Object.fromEntries(
      checked.faults.map(({ field, text }) => [field, { type: 'contract', message: text }]),
    ) as FieldErrors;
    return { values: {}, errors: toNestErrors(errors, options) };
  };
  const form = useForm<RouteDraft, unknown, RouteDefinition>({ resolver, defaultValues: draftOf(route) });
  const save = useMutation({
    mutationFn: onSave,
    onSuccess: () => form.reset(form.getValues()),
    onError: (error) => {
      if (!(error instanceof ApiError)) return;
      for (const { field, text } of serverFaults(error.problem.errors ?? [], form.getValues(), t)) {
        form.setError(field, { type: 'server', message: text });
      }
    },
  });
  return (
    <FormProvider {...form}>
      <form
        noValidate
        aria-label={t('form.label')}
        onSubmit={(event) => void form.handleSubmit((definition) => save.mutate(definition))(event)}
        className="flex flex-col gap-5"
      >
        <fieldset disabled={readOnly} className="flex min-w-0 flex-col gap-5">
          <BasicFields />
          <FurtherFields />
        </fieldset>
        {!readOnly && (
          <div className="sticky bottom-0 -mx-4 flex flex-col gap-3 border-t border-line bg-canvas px-4 py-3 sm:-mx-6 sm:px-6">
            <FormError error={save.error} />
            <div className="flex items-center justify-between gap-3">
              <p className="min-w-0 text-xs text-ink-muted" role="status">
                {form.formState.isSubmitted && !form.formState.isValid ? t('form.wrong') : t('form.soon')}
              </p>
              <Button variant="primary" type="submit" busy={save.isPending}>
                {action}
              </Button>
            </div>
          </div>
        )}
      </form>
    </FormProvider>
  );
};
