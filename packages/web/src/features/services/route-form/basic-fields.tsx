import { useTranslation } from 'react-i18next';
import { Section } from '../../../ui/page.tsx';
import { AccessFields } from './access-fields.tsx';
import { MethodsField } from './methods-field.tsx';
import { SwitchField } from './switch-field.tsx';
import { TextField } from './text-field.tsx';
import { UpstreamFields } from './upstream-fields.tsx';

/** What every route says: which requests, to where, for whom. */
export const BasicFields = () => {
  const { t } = useTranslation('services');
  return (
    <div className="grid grid-cols-1 items-start gap-5 xl:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-5">
        <Section title={t('form.takes')}>
          <div className="flex flex-col gap-4">
            <TextField name="name" label={t('field.name')} />
            <TextField name="path" label={t('field.path')} hint={t('hint.path')} />
            <MethodsField name="methods" label={t('field.methods')} hint={t('hint.methods')} />
            <SwitchField name="enabled" label={t('field.enabled')} hint={t('hint.enabled')} />
          </div>
        </Section>
        <Section title={t('form.sends')}>
          <UpstreamFields />
        </Section>
      </div>
      <Section title={t('form.who')}>
        <AccessFields />
      </Section>
    </div>
  );
};
