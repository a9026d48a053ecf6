import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '../lib/cn.ts';
import { overlayStyles } from './dialog.tsx';
import { IconButton } from './icon-button.tsx';

interface SheetProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly children: ReactNode;
  readonly side?: 'left' | 'right';
  readonly footer?: ReactNode;
}

/** A panel from the side: navigation on small screens (left), one object beside its list (right). */
export const Sheet = ({ open, onOpenChange, title, children, side = 'right', footer }: SheetProps) => {
  const { t } = useTranslation('common');
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={overlayStyles} />
        <Radix.Content
          aria-describedby={undefined}
          className={cn(
            'fixed inset-y-0 z-50 flex max-w-[92vw] flex-col bg-raised shadow-overlay outline-none',
            side === 'left' ? 'left-0 w-64 animate-slide-left' : 'right-0 w-[30rem] animate-slide-right',
          )}
        >
          <header className="flex h-13 shrink-0 items-center border-b border-line pr-12 pl-4">
            <Radix.Title className="min-w-0 truncate text-sm font-semibold">{title}</Radix.Title>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto p-4">{children}</div>
          {footer !== undefined && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-4 py-3">
              {footer}
            </footer>
          )}
          {/* Last, so that opening leads to the first control of the content. */}
          <Radix.Close asChild>
            <IconButton label={t('close')} className="absolute top-2.5 right-2.5">
              <X aria-hidden />
            </IconButton>
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
};
