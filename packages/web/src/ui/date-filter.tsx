import { Input } from './input.tsx';

interface DateFilterProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (value: string) => void;
}

/** A day of a filter, with its word before it. */
export const DateFilter = ({ label, value, onChange }: DateFilterProps) => (
  <label className="flex flex-1 items-center gap-1.5 text-xs text-ink-muted sm:flex-none">
    {label}
    <Input
      type="date"
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value)}
      className="min-w-0 sm:w-36"
    />
  </label>
);
