import { useId } from 'react';
import { Switch } from '../../ui/switch.tsx';

interface LabelledSwitchProps {
  readonly label: string;
  readonly hint?: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
}

/** A switch with its words beside it, as a line of a form. */
export const LabelledSwitch = ({ label, hint, checked, onChange, disabled }: LabelledSwitchProps) => {
  const id = useId();
  return (
    <div className="flex items-start gap-3">
      <Switch id={id} label={label} checked={checked} onChange={onChange} disabled={disabled ?? false} />
      <label htmlFor={id} className="min-w-0 text-sm">
        {label}
        {hint !== undefined && <span className="block text-xs text-ink-muted">{hint}</span>}
      </label>
    </div>
  );
};
