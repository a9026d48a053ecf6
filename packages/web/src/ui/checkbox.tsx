import { Check, Minus } from 'lucide-react';
import { Checkbox as Radix } from 'radix-ui';
import { useId, type ReactNode } from 'react';

interface CheckboxProps {
  readonly checked: boolean | 'indeterminate';
  readonly onChange: (checked: boolean) => void;
  readonly label: ReactNode;
  /** The label is for screen readers only (a table's selection column). */
  readonly labelHidden?: boolean;
  readonly disabled?: boolean;
}

export const Checkbox = ({ checked, onChange, label, labelHidden, disabled }: CheckboxProps) => {
  const id = useId();
  return (
    <span className="inline-flex items-center gap-2">
      <Radix.Root
        id={id}
        checked={checked}
        onCheckedChange={(next) => onChange(next === true)}
        disabled={disabled ?? false}
        className="inline-flex size-4.5 shrink-0 items-center justify-center rounded-sm border border-control-line bg-surface transition-colors hover:border-ink-muted disabled:opacity-50 data-[state=checked]:border-accent data-[state=checked]:bg-accent data-[state=indeterminate]:border-accent data-[state=indeterminate]:bg-accent"
      >
        <Radix.Indicator className="text-on-accent [&_svg]:size-3.5">
          {checked === 'indeterminate' ? <Minus aria-hidden /> : <Check aria-hidden />}
        </Radix.Indicator>
      </Radix.Root>
      <label htmlFor={id} className={labelHidden ? 'sr-only' : 'text-sm'}>
        {label}
      </label>
    </span>
  );
};
