import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { Toast as Radix } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import { errorText } from '../i18n/error-text.ts';

interface ToastMessage {
  readonly id: number;
  readonly tone: 'ok' | 'error';
  readonly title: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

interface ToastState {
  readonly messages: readonly ToastMessage[];
  readonly lastId: number;
}

const useToasts = create<ToastState>()(() => ({ messages: [], lastId: 0 }));

const show = (message: Omit<ToastMessage, 'id'>): void =>
  useToasts.setState(({ messages, lastId }) => ({
    messages: [...messages.slice(-3), { ...message, id: lastId + 1 }],
    lastId: lastId + 1,
  }));

const dismiss = (id: number): void =>
  useToasts.setState(({ messages }) => ({ messages: messages.filter((message) => message.id !== id) }));

/** Says what came of an act. An `action` offers the next step, or to undo. */
export const toast = {
  ok: (title: string, action?: ToastMessage['action']): void =>
    show({ tone: 'ok', title, ...(action === undefined ? {} : { action }) }),
  error: (error: unknown): void => show({ tone: 'error', title: errorText(error) }),
};

export const Toaster = () => {
  const { t } = useTranslation('common');
  const messages = useToasts((state) => state.messages);
  return (
    <Radix.Provider label={t('notifications')}>
      {messages.map((message) => (
        <Radix.Root
          key={message.id}
          duration={message.tone === 'error' ? 10_000 : 5000}
          onOpenChange={(open) => !open && dismiss(message.id)}
          className="flex w-full animate-in items-start gap-2.5 rounded-lg bg-raised py-2.5 pr-2 pl-3 shadow-overlay"
        >
          {message.tone === 'ok' ? (
            <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" />
          ) : (
            <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
          )}
          <Radix.Title className="min-w-0 flex-1 text-sm">{message.title}</Radix.Title>
          {message.action !== undefined && (
            <Radix.Action
              altText={message.action.label}
              onClick={message.action.run}
              className="rounded-sm text-sm font-medium text-accent-ink hover:underline"
            >
              {message.action.label}
            </Radix.Action>
          )}
          <Radix.Close aria-label={t('dismiss')} className="rounded-sm p-1 text-ink-muted hover:text-ink">
            <X aria-hidden className="size-3.5" />
          </Radix.Close>
        </Radix.Root>
      ))}
      <Radix.Viewport className="fixed right-0 bottom-0 z-[60] flex w-full max-w-sm flex-col gap-2 p-4 outline-none" />
    </Radix.Provider>
  );
};
