import { ChevronDown } from 'lucide-react';
import { cn } from '../lib/cn.ts';
import { controlStyles } from './input.tsx';

export interface SelectOption<T extends string> {
  readonly value: T;
  readonly label: string;
}

interface SelectProps<T extends string> {
  readonly value: T;
  readonly options: readonly SelectOption<T>[];
  readonly onChange: (value: T) => void;
  /** The accessible name, where no Field gives one. */
  readonly label?: string;
  readonly id?: string;
  readonly disabled?: boolean;
  readonly className?: string;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid'?: boolean;
}

/**
 * One of a few. The browser's own control: it knows every keyboard and every phone. Where the browser can,
 * `tokens.css` draws its list like our menus.
 */
export const Select = <T extends string>({
  value,
  options,
  onChange,
  label,
  disabled,
  className,
  ...aria
}: SelectProps<T>) => (
  <span className={cn('relative inline-flex w-full', className)}>
    <select
      {...aria}
      {...(label === undefined ? {} : { 'aria-label': label })}
      value={value}
      disabled={disabled ?? false}
      onChange={(event) => onChange(event.target.value as T)}
      className={cn(controlStyles, 'h-8 truncate pr-8 pl-2.5 text-sm')}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
    <ChevronDown
      aria-hidden
      className="pointer-events-none absolute top-1/2 right-2.5 size-3.5 -translate-y-1/2 text-ink-muted"
    />
  </span>
);
