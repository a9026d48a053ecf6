import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '../lib/cn.ts';
import { IconButton } from './icon-button.tsx';

interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  /** Buttons; on the right, the one that acts last. */
  readonly footer?: ReactNode;
  /** `full` is for work that wants all the room there is. */
  readonly size?: 'sm' | 'md' | 'lg' | 'full';
}

const shapes = {
  sm: 'max-h-[84vh] max-w-md',
  md: 'max-h-[84vh] max-w-xl',
  lg: 'max-h-[84vh] max-w-3xl',
  full: 'h-full max-w-[88rem]',
};
export const overlayStyles = 'fixed inset-0 z-40 bg-black/40 animate-in';

/** Asks something, and nothing else works meanwhile. */
export const Dialog = ({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  size = 'md',
}: DialogProps) => {
  const { t } = useTranslation('common');
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={overlayStyles} />
        <div
          className={cn(
            'pointer-events-none fixed inset-0 z-50 flex items-end justify-center p-2 sm:items-start sm:p-4',
            size !== 'full' && 'sm:pt-[12vh]',
          )}
        >
          <Radix.Content
            {...(description === undefined ? { 'aria-describedby': undefined } : {})}
            className={cn(
              'pointer-events-auto relative flex w-full animate-in flex-col rounded-xl bg-raised shadow-overlay outline-none',
              shapes[size],
            )}
          >
            <header className="pr-12 pl-5 pt-4">
              <Radix.Title className="text-base font-semibold text-ink">{title}</Radix.Title>
              {description !== undefined && (
                <Radix.Description className="mt-1 text-sm text-ink-muted">{description}</Radix.Description>
              )}
            </header>
            {children !== undefined && (
              <div className="min-h-0 flex-1 overflow-y-auto px-5 pt-4">{children}</div>
            )}
            <footer className="flex flex-wrap justify-end gap-2 px-5 py-4">{footer}</footer>
            {/* Last, so that opening leads to the first control of the content. */}
            <Radix.Close asChild>
              <IconButton label={t('close')} size="sm" className="absolute top-3.5 right-3.5">
                <X aria-hidden />
              </IconButton>
            </Radix.Close>
          </Radix.Content>
        </div>
      </Radix.Portal>
    </Radix.Root>
  );
};
