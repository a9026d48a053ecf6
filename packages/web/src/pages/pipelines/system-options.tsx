import type { System } from '@dumont/contracts/pipelines/pipelines';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocalized } from '../../i18n/use-localized.ts';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { Switch } from '../../ui/switch.tsx';

type Option = System['options'][number];

interface SystemOptionsProps {
  readonly system: System;
  readonly name: string;
  readonly disabled: boolean;
  readonly onChange: (options: Record<string, boolean | string>) => void;
}

/** What can be set about a system; every change is saved at once. */
export const SystemOptions = ({ system, name, disabled, onChange }: SystemOptionsProps) => {
  const { t } = useTranslation('pipelines');
  if (system.options.length === 0) return null;
  return (
    <fieldset className="flex flex-col gap-2.5 border-t border-line px-4 py-3" disabled={disabled}>
      <legend className="sr-only">{t('options', { name })}</legend>
      {system.options.map((option) => (
        <OptionControl
          key={option.name}
          option={option}
          disabled={disabled}
          onChange={(value) => onChange({ [option.name]: value })}
        />
      ))}
    </fieldset>
  );
};

interface OptionControlProps {
  readonly option: Option;
  readonly disabled: boolean;
  readonly onChange: (value: boolean | string) => void;
}

const OptionControl = ({ option, disabled, onChange }: OptionControlProps) => {
  const localized = useLocalized();
  const label = localized(option.description);
  if (option.type === 'boolean') {
    return (
      <span className="flex items-center justify-between gap-3 text-xs text-ink-muted">
        {label}
        <Switch label={label} checked={option.value === true} disabled={disabled} onChange={onChange} />
      </span>
    );
  }
  if (option.type === 'choice') {
    return (
      <Field label={label}>
        <Select
          value={String(option.value)}
          options={(option.choices ?? []).map((value) => ({ value, label: value }))}
          disabled={disabled}
          onChange={onChange}
        />
      </Field>
    );
  }
  return (
    <Field label={label}>
      <TextOption
        key={String(option.value)}
        value={String(option.value)}
        disabled={disabled}
        onSave={onChange}
      />
    </Field>
  );
};

interface TextOptionProps {
  readonly value: string;
  readonly disabled: boolean;
  readonly onSave: (value: string) => void;
}

/** Saved when it is left or Enter is pressed; Escape takes back what was typed. */
const TextOption = ({ value, disabled, onSave, ...aria }: TextOptionProps) => {
  const [draft, setDraft] = useState(value);
  return (
    <Input
      {...aria}
      value={draft}
      disabled={disabled}
      maxLength={1000}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={() => draft !== value && onSave(draft)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape') setDraft(value);
      }}
    />
  );
};
