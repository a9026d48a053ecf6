import { Check, ChevronDown } from 'lucide-react';
import { Select as Radix } from 'radix-ui';
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

/** One of a few. Option values must not be empty strings. */
export const Select = <T extends string>({
  value,
  options,
  onChange,
  label,
  disabled,
  className,
  ...aria
}: SelectProps<T>) => (
  <Radix.Root value={value} onValueChange={(next) => onChange(next as T)} disabled={disabled ?? false}>
    <Radix.Trigger
      {...aria}
      {...(label === undefined ? {} : { 'aria-label': label })}
      className={cn(
        controlStyles,
        'inline-flex h-8 items-center justify-between gap-2 px-2.5 text-left text-sm',
        className,
      )}
    >
      <span className="truncate">
        <Radix.Value />
      </span>
      <Radix.Icon>
        <ChevronDown aria-hidden className="size-3.5 text-ink-muted" />
      </Radix.Icon>
    </Radix.Trigger>
    <Radix.Portal>
      <Radix.Content
        position="popper"
        sideOffset={4}
        className="z-50 max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) animate-in overflow-hidden rounded-lg bg-raised shadow-overlay"
      >
        <Radix.Viewport className="p-1">
          {options.map((option) => (
            <Radix.Item
              key={option.value}
              value={option.value}
              className="relative flex h-8 items-center rounded-sm pr-3 pl-7 text-sm outline-none data-[highlighted]:bg-hover"
            >
              <Radix.ItemIndicator className="absolute left-2">
                <Check aria-hidden className="size-3.5 text-accent-ink" />
              </Radix.ItemIndicator>
              <Radix.ItemText>{option.label}</Radix.ItemText>
            </Radix.Item>
          ))}
        </Radix.Viewport>
      </Radix.Content>
    </Radix.Portal>
  </Radix.Root>
);
