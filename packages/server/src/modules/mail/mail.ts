import type { Finding } from '@dumont/contracts/finding';
import type { Executor } from '../../kernel/db/database.ts';

/** To one person: each recipient is a mail of their own, with an outcome of its own. */
export interface MailMessage {
  /** One address, without a name. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
}

export interface MailDelivery {
  readonly state: 'waiting' | 'sent' | 'failed';
  readonly attempts: number;
  /** What the last attempt that failed met. */
  readonly error: Finding | null;
}

export interface Mail extends AsyncDisposable {
  readonly configured: boolean;
  /**
   * Queues the mail in the caller's transaction and answers its id; a worker delivers it after commit, again and
   * again with longer pauses for about 16 hours. It is never sent again once the server took it and we could
   * write that down; after a crash between the two it goes out with the same Message-ID, by which servers
   * recognise the copy. Throws `mail.not_configured`: look at `configured` where mail is only a courtesy.
   */
  send(executor: Executor, message: MailMessage): Promise<string>;
  /** What became of queued mails, by id. Those that ended over a year ago are left out. */
  findDeliveries(ids: readonly string[]): Promise<ReadonlyMap<string, MailDelivery>>;
  /** One attempt, now, not queued: for trying out settings. `explanation` is fit to be shown. Never throws. */
  deliverNow(message: MailMessage): Promise<{ ok: boolean; explanation: Finding }>;
}
