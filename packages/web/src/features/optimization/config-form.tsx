import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { Field } from '../../ui/field.tsx';
import { Input, Textarea } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { problemOf, restProblem, type ConfigDraft, type ConfigField } from './config-fields.ts';

interface ConfigFormProps {
  readonly fields: readonly ConfigField[];
  readonly draft: ConfigDraft;
  readonly onChange: (draft: ConfigDraft) => void;
}

/** What an app can be told, field by field; what the form cannot show is written as JSON below. */
export const ConfigForm = ({ fields, draft, onChange }: ConfigFormProps) => {
  const { t } = useTranslation(['optimization', 'common']);
  const wrong = restProblem(draft.rest);
  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="mb-2 text-sm font-semibold">{t('config.title')}</legend>
      <div className="grid grid-cols-1 gap-x-3 gap-y-4 sm:grid-cols-2">
        {fields.map((field) => (
          <ConfigControl
            key={field.name}
            field={field}
            text={draft.fields[field.name] ?? ''}
            onChange={(text) => onChange({ ...draft, fields: { ...draft.fields, [field.name]: text } })}
          />
        ))}
      </div>
      <Field
        label={`${t('config.rest')} (${t('common:optional')})`}
        hint={t('config.restHint')}
        error={
          wrong === undefined
            ? undefined
            : wrong === ''
              ? t('config.restObject')
              : t('config.restWrong', { reason: wrong })
        }
      >
        <Textarea
          rows={2}
          className="min-h-14! font-mono text-xs leading-5"
          spellCheck={false}
          placeholder="{ }"
          value={draft.rest}
          onChange={(event) => onChange({ ...draft, rest: event.target.value })}
        />
      </Field>
    </fieldset>
  );
};

interface ConfigControlProps {
  readonly field: ConfigField;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

const ConfigControl = ({ field, text, onChange }: ConfigControlProps) => {
  const { t } = useTranslation('optimization');
  const format = useFormat();
  const { kind, preset, min, max } = field;
  const problem = problemOf(field, text);
  const limit = { least: min, most: max };
  const shown = (value: string): string =>
    kind === 'boolean' ? t(value === 'true' ? 'config.yes' : 'config.no') : value;
  const asIs = preset === undefined ? t('config.appDecides') : t('config.preset', { value: shown(preset) });
  return (
    <Field
      label={field.label}
      hint={field.description}
      error={
        problem === undefined
          ? undefined
          : t(`config.problem.${problem}`, {
              limit: problem === 'least' || problem === 'most' ? format.number(limit[problem] ?? 0, 6) : '',
            })
      }
    >
      {kind === 'choice' || kind === 'boolean' ? (
        <Select
          value={text}
          onChange={onChange}
          options={[
            { value: '', label: asIs },
            ...(kind === 'choice' ? field.choices : ['true', 'false']).map((value) => ({
              value,
              label: shown(value),
            })),
          ]}
        />
      ) : (
        <Input
          value={text}
          spellCheck={false}
          autoComplete="off"
          inputMode={kind === 'text' ? 'text' : 'decimal'}
          placeholder={asIs}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
};
