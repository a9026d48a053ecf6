import { useController, useFormContext, type FieldPath } from 'react-hook-form';
import { Field } from '../../../ui/field.tsx';
import { Select, type SelectOption } from '../../../ui/select.tsx';
import type { RouteDraft } from './route-draft.ts';

interface ChoiceFieldProps {
  readonly name: Extract<FieldPath<RouteDraft>, 'authentication.mode' | 'rateLimit.by'>;
  readonly label: string;
  readonly hint?: string;
  readonly options: readonly SelectOption<string>[];
}

export const ChoiceField = ({ name, label, hint, options }: ChoiceFieldProps) => {
  const { control } = useFormContext<RouteDraft>();
  const { field } = useController({ control, name });
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })}>
      <Select value={field.value} onChange={field.onChange} options={options} />
    </Field>
  );
};
