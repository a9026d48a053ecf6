import { useTranslation } from 'react-i18next';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { Select } from '../../../ui/select.tsx';
import { textIn, valueOf } from './cells.ts';
import { nameOfPath, type EditedValue } from './edited-document.ts';

interface ValueFieldsProps {
  readonly values: readonly EditedValue[];
  readonly faultAt: (value: EditedValue) => string | undefined;
  readonly onValue: (value: EditedValue, next: unknown) => void;
}

/** The single values of a document, those of one object together. */
export const ValueFields = ({ values, faultAt, onValue }: ValueFieldsProps) => (
  <div className="flex flex-col gap-5">
    {[...Map.groupBy(values, ({ path, group }) => (path[1] === undefined ? '' : group))].map(
      ([group, members]) => (
        <fieldset key={group} className="min-w-0">
          {group !== '' && <legend className="mb-2 text-sm font-semibold">{group}</legend>}
          <div className="grid grid-cols-[repeat(auto-fill,minmax(min(16rem,100%),1fr))] gap-x-4 gap-y-3">
            {members.map((value) => (
              <ValueField
                key={nameOfPath(value.path)}
                value={value}
                fault={faultAt(value)}
                onValue={(next) => onValue(value, next)}
              />
            ))}
          </div>
        </fieldset>
      ),
    )}
  </div>
);

interface ValueFieldProps {
  readonly value: EditedValue;
  readonly fault: string | undefined;
  readonly onValue: (next: unknown) => void;
}

const ValueField = ({ value, fault, onValue }: ValueFieldProps) => {
  const { t } = useTranslation('optimization');
  const { rule } = value;
  const text = textIn(value.value);
  const write = (typed: string) => onValue(valueOf(rule, typed));
  const choices = rule.kind === 'boolean' ? ['true', 'false'] : rule.choices;
  const isKnown = text === '' || choices.includes(text);
  return (
    <Field label={rule.label} hint={rule.description} error={fault}>
      {choices.length > 0 && isKnown ? (
        <Select
          value={text}
          onChange={write}
          options={[
            ...(rule.isRequired && text !== '' ? [] : [{ value: '', label: t('editor.noValue') }]),
            ...choices.map((choice) => ({
              value: choice,
              label: rule.kind === 'boolean' ? t(choice === 'true' ? 'config.yes' : 'config.no') : choice,
            })),
          ]}
        />
      ) : (
        <Input
          value={text}
          spellCheck={false}
          autoComplete="off"
          placeholder={rule.isRequired ? '' : t('editor.noValue')}
          inputMode={rule.kind === 'number' || rule.kind === 'integer' ? 'decimal' : 'text'}
          onChange={(event) => write(event.target.value)}
        />
      )}
    </Field>
  );
};
