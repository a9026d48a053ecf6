import { CircleAlert, Plus, Trash2 } from 'lucide-react';
import { useController, useFieldArray, useFormContext, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/button.tsx';
import { Checkbox } from '../../../ui/checkbox.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { ChoiceField } from './choice-field.tsx';
import type { RouteDraft } from './route-draft.ts';
import { TextField } from './text-field.tsx';

const modes = ['none', 'optional', 'required'] as const;

/** Who may come in: everyone, or holders of a token, and whose tokens these are. */
export const AccessFields = () => {
  const { t } = useTranslation('services');
  const mode = useWatch<RouteDraft, 'authentication.mode'>({ name: 'authentication.mode' });
  return (
    <div className="flex flex-col gap-4">
      <ChoiceField
        name="authentication.mode"
        label={t('field.mode')}
        options={modes.map((value) => ({ value, label: t(`mode.${value}`) }))}
      />
      {mode !== 'none' && <Issuers />}
    </div>
  );
};

const Issuers = () => {
  const { t } = useTranslation('services');
  const { control, formState, getFieldState } = useFormContext<RouteDraft>();
  const users = useController({ control, name: 'authentication.users' });
  const customers = useController({ control, name: 'authentication.customers' });
  const { fields, append, remove } = useFieldArray({ control, name: 'authentication.issuers' });
  const { error } = getFieldState('authentication.issuers', formState);
  const message = error?.root?.message ?? error?.message;
  return (
    <>
      <fieldset className="flex min-w-0 flex-col gap-2">
        <legend className="mb-1.5 text-xs font-medium text-ink-muted">{t('field.issuers')}</legend>
        <Checkbox checked={users.field.value} onChange={users.field.onChange} label={t('issuer.users')} />
        <Checkbox
          checked={customers.field.value}
          onChange={customers.field.onChange}
          label={t('issuer.customers')}
        />
        {fields.map(({ id }, index) => (
          <div key={id} className="flex flex-col gap-3 rounded-md border border-line p-3">
            <div className="flex items-start gap-2">
              <TextField
                className="min-w-0 flex-1"
                name={`authentication.issuers.${index}.issuer`}
                label={t('field.issuer')}
                placeholder="https://login.example.org"
              />
              <IconButton className="mt-5" label={t('form.removeIssuer')} onClick={() => remove(index)}>
                <Trash2 aria-hidden />
              </IconButton>
            </div>
            <TextField name={`authentication.issuers.${index}.audience`} label={t('field.audience')} />
            <TextField
              name={`authentication.issuers.${index}.jwksUrl`}
              label={t('field.jwksUrl')}
              hint={t('hint.jwksUrl')}
            />
          </div>
        ))}
        <div>
          <Button size="sm" onClick={() => append({ issuer: '', audience: '', jwksUrl: '' })}>
            <Plus aria-hidden />
            {t('form.addIssuer')}
          </Button>
        </div>
        {message !== undefined && (
          <p role="alert" className="flex items-start gap-1 text-xs text-danger">
            <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
            {message}
          </p>
        )}
      </fieldset>
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <TextField lines name="authentication.scopes" label={t('field.scopes')} hint={t('hint.scopes')} />
        <TextField
          lines
          name="authentication.claims"
          label={t('field.claims')}
          hint={t('hint.claims')}
          placeholder="role=manager,admin"
        />
      </div>
    </>
  );
};
