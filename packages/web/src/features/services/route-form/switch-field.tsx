import { CircleAlert } from 'lucide-react';
import { useController, useFormContext, type FieldPathByValue } from 'react-hook-form';
import { LabelledSwitch } from '../../forms/labelled-switch.tsx';
import type { RouteDraft } from './route-draft.ts';

interface SwitchFieldProps {
  readonly name: FieldPathByValue<RouteDraft, boolean>;
  readonly label: string;
  readonly hint?: string;
}

export const SwitchField = ({ name, label, hint }: SwitchFieldProps) => {
  const { control } = useFormContext<RouteDraft>();
  const { field, fieldState } = useController({ control, name });
  return (
    <div>
      <LabelledSwitch
        label={label}
        {...(hint === undefined ? {} : { hint })}
        checked={field.value}
        onChange={field.onChange}
      />
      {fieldState.error?.message !== undefined && (
        <p role="alert" className="mt-1 flex items-start gap-1 text-xs text-danger">
          <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
          {fieldState.error.message}
        </p>
      )}
    </div>
  );
};
