import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import { errorText } from '../i18n/error-text.ts';
import { browserClock } from '../lib/clock.ts';

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
    <section
      aria-label={t('notifications')}
      className="pointer-events-none fixed right-0 bottom-0 z-[60] w-full max-w-sm p-4"
    >
      {/* Always there: a live region that comes with its text is not read aloud. */}
      <div role="status" aria-live="polite">
        <ol className="flex flex-col gap-2">
          {messages.map((message) => (
            <ToastItem key={message.id} message={message} />
          ))}
        </ol>
      </div>
    </section>
  );
};

const shownMs = { ok: 5000, error: 10_000 };

const ToastItem = ({ message }: { readonly message: ToastMessage }) => {
  const { t } = useTranslation('common');
  /** Pointed at or focused: it stays until it is left. */
  const [held, setHeld] = useState(false);
  const { id, tone, title, action } = message;
  useEffect(
    () => (held ? undefined : browserClock.after(shownMs[tone], () => dismiss(id))),
    [held, tone, id],
  );
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- nothing is done by it: it only stays while read
    <li
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="pointer-events-auto flex w-full animate-in items-start gap-2.5 rounded-lg bg-raised py-2.5 pr-2 pl-3 shadow-overlay"
    >
      {tone === 'ok' ? (
        <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" />
      ) : (
        <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
      )}
      <span className="min-w-0 flex-1 text-sm">{title}</span>
      {action !== undefined && (
        <button
          type="button"
          onClick={() => {
            dismiss(id);
            action.run();
          }}
          className="rounded-sm text-sm font-medium text-accent-ink hover:underline"
        >
          {action.label}
        </button>
      )}
      <button
        type="button"
        aria-label={t('dismiss')}
        onClick={() => dismiss(id)}
        className="rounded-sm p-1 text-ink-muted hover:text-ink"
      >
        <X aria-hidden className="size-3.5" />
      </button>
    </li>
  );
};
