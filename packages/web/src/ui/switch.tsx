import { Switch as Radix } from 'radix-ui';
import { cn } from '../lib/cn.ts';

interface SwitchProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  /** The accessible name, where no Field or label gives one. */
  readonly label?: string;
  readonly id?: string;
  readonly disabled?: boolean;
  readonly className?: string;
}

export const Switch = ({ checked, onChange, label, id, disabled, className }: SwitchProps) => (
  <Radix.Root
    checked={checked}
    onCheckedChange={onChange}
    disabled={disabled ?? false}
    {...(id === undefined ? {} : { id })}
    {...(label === undefined ? {} : { 'aria-label': label })}
    className={cn(
      'inline-flex h-5 w-9 shrink-0 items-center rounded-full border border-transparent bg-control-line p-px transition-colors disabled:opacity-50 data-[state=checked]:bg-accent',
      className,
    )}
  >
    <Radix.Thumb className="block size-4 translate-x-0 rounded-full bg-white shadow-raised transition-transform data-[state=checked]:translate-x-4" />
  </Radix.Root>
);
