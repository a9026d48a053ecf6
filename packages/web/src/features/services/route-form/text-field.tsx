import { useFormContext, type FieldPath } from 'react-hook-form';
import { Field } from '../../../ui/field.tsx';
import { Input, Textarea } from '../../../ui/input.tsx';
import type { RouteDraft } from './route-draft.ts';

interface TextFieldProps {
  readonly name: FieldPath<RouteDraft>;
  readonly label: string;
  readonly hint?: string;
  /** One entry per line. */
  readonly lines?: boolean;
  readonly numeric?: boolean;
  readonly placeholder?: string;
  readonly className?: string;
}

/** A field of the draft by its name, with what is wrong with it. */
export const TextField = ({ name, label, hint, lines, numeric, placeholder, className }: TextFieldProps) => {
  const { register, getFieldState, formState } = useFormContext<RouteDraft>();
  const error = getFieldState(name, formState).error?.message;
  const input = {
    ...register(name),
    ...(placeholder === undefined ? {} : { placeholder }),
    spellCheck: false,
    autoComplete: 'off',
  };
  return (
    <Field
      label={label}
      error={error}
      {...(hint === undefined ? {} : { hint })}
      {...(className === undefined ? {} : { className })}
    >
      {lines ? (
        <Textarea rows={2} className="min-h-14 font-mono" {...input} />
      ) : (
        <Input {...(numeric ? { inputMode: 'numeric' as const } : {})} {...input} />
      )}
    </Field>
  );
};
