import { Check } from 'lucide-react';
import { DropdownMenu as Radix } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';
import { cn } from '../lib/cn.ts';

interface MenuProps {
  readonly trigger: ReactElement;
  readonly children: ReactNode;
  readonly align?: 'start' | 'end';
}

/** Actions behind one button. */
export const Menu = ({ trigger, children, align = 'end' }: MenuProps) => (
  <Radix.Root modal={false}>
    <Radix.Trigger asChild>{trigger}</Radix.Trigger>
    <Radix.Portal>
      <Radix.Content
        align={align}
        sideOffset={4}
        collisionPadding={8}
        className="z-50 min-w-44 animate-in rounded-lg bg-raised p-1 shadow-overlay"
      >
        {children}
      </Radix.Content>
    </Radix.Portal>
  </Radix.Root>
);

const itemStyles =
  'relative flex h-8 cursor-pointer items-center gap-2 rounded-sm px-2 text-sm outline-none select-none data-[disabled]:cursor-not-allowed data-[disabled]:opacity-50 data-[highlighted]:bg-hover [&_svg]:size-4 [&_svg]:shrink-0';

interface MenuItemProps {
  readonly children: ReactNode;
  readonly onSelect?: () => void;
  readonly icon?: ReactNode;
  readonly disabled?: boolean;
  readonly danger?: boolean;
  /** The child (a link) is the item. */
  readonly asChild?: boolean;
}

export const MenuItem = ({ children, onSelect, icon, disabled, danger, asChild }: MenuItemProps) => (
  <Radix.Item
    {...(onSelect === undefined ? {} : { onSelect })}
    disabled={disabled ?? false}
    asChild={asChild ?? false}
    className={cn(itemStyles, danger ? 'text-danger' : 'text-ink [&_svg]:text-ink-muted')}
  >
    {asChild ? (
      children
    ) : (
      <>
        {icon}
        {children}
      </>
    )}
  </Radix.Item>
);

interface MenuChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: ReactNode; readonly lang?: string }[];
  readonly onChange: (value: T) => void;
}

/** One of several, inside a menu. */
export const MenuChoice = <T extends string>({ label, value, options, onChange }: MenuChoiceProps<T>) => (
  <Radix.RadioGroup value={value} onValueChange={(next) => onChange(next as T)}>
    <Radix.Label className="px-2 py-1 text-xs text-ink-muted">{label}</Radix.Label>
    {options.map((option) => (
      <Radix.RadioItem
        key={option.value}
        value={option.value}
        {...(option.lang === undefined ? {} : { lang: option.lang })}
        className={cn(itemStyles, 'pr-8 text-ink')}
      >
        {option.label}
        <Radix.ItemIndicator className="absolute right-2 inline-flex">
          <Check aria-hidden className="text-accent-ink" />
        </Radix.ItemIndicator>
      </Radix.RadioItem>
    ))}
  </Radix.RadioGroup>
);

export const MenuSeparator = () => <Radix.Separator className="my-1 h-px bg-line" />;
