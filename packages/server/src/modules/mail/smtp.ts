import type { Finding } from '@dumont/contracts/finding';
import type { FindingCode } from '@dumont/contracts/finding-texts';
import { found } from '@dumont/contracts/findings';
import { createTransport, type Transporter } from 'nodemailer';
import type { Clock } from '../../kernel/clock.ts';

export interface Envelope {
  readonly messageId: string;
  readonly date: Date;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | undefined;
}

/** `refused` is for good: the server will answer the same tomorrow. */
export interface Attempt {
  readonly result: 'sent' | 'failed' | 'refused';
  readonly explanation: Finding;
}

export interface Smtp {
  /** One conversation with the server. Never throws. */
  deliver(envelope: Envelope, signal: AbortSignal): Promise<Attempt>;
}

/** A server that answers each command a little before its time-out would otherwise hold us for an hour. */
const attemptTimeoutMs = 60_000;

/**
 * Delivers through the server of `smtps://` or `smtp://user:password@host:port`. With credentials the
 * connection must be encrypted, unless the server is this host or the address says `?requireTLS=false`.
 */
export const createSmtp = (deps: { url: string; from: string; clock: Clock }): Smtp => {
  const transport = createTransport({
    // What the address says wins over what stands here.
    url: deps.url,
    requireTLS: needsTls(new URL(deps.url)),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  }) as Transporter<{ response: string }>;

  const sendWithin = async (envelope: Envelope, signal: AbortSignal): Promise<string> => {
    const done = new AbortController();
    const late = new AbortController();
    void deps.clock.sleep(attemptTimeoutMs, done.signal).then(() => late.abort());
    try {
      const { response } = await transport.sendMail({
        messageId: envelope.messageId,
        date: envelope.date,
        from: deps.from,
        to: { address: envelope.to, name: '' },
        subject: envelope.subject,
        text: envelope.text,
        ...(envelope.html === undefined ? {} : { html: envelope.html }),
        // Keeps out-of-office replies away (RFC 3834).
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal: AbortSignal.any([signal, late.signal]),
      });
      return response;
    } catch (error) {
      if (late.signal.aborted) throw new Late('no answer in time', { cause: error });
      throw error;
    } finally {
      done.abort();
    }
  };

  return {
    deliver: async (envelope, signal) => {
      try {
        return {
          result: 'sent',
          explanation: found('mail.taken', { words: bounded(await sendWithin(envelope, signal)) }),
        };
      } catch (error) {
        return { result: isFinal(error) ? 'refused' : 'failed', explanation: explain(error) };
      }
    },
  };
};

/** The whole conversation took too long. */
class Late extends Error {}

const needsTls = (url: URL): boolean =>
  url.username !== '' && !['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);

interface SmtpError {
  readonly code: string;
  readonly responseCode: number | undefined;
  readonly response: string | undefined;
  readonly message: string;
}

const read = (error: unknown): SmtpError => {
  const { code, responseCode, response, message } = (error ?? {}) as Partial<SmtpError>;
  return { code: String(code), responseCode, response, message: message ?? String(error) };
};

/** 530, 535 and 538 are about our sign-in, which the operator can mend while the mail waits (RFC 4954). */
const aboutSignIn = new Set([530, 534, 535, 538]);

/** A permanent answer (5xx) to the recipient or the content, not to the connection or to us as a client. */
const isFinal = (error: unknown): boolean => {
  const { code, responseCode } = read(error);
  const aboutMessage = code === 'EENVELOPE' || code === 'EMESSAGE';
  return aboutMessage && responseCode !== undefined && responseCode >= 500 && !aboutSignIn.has(responseCode);
};

const codes: Readonly<Record<string, FindingCode>> = {
  EDNS: 'mail.name',
  ECONNECTION: 'mail.unreachable',
  ESOCKET: 'mail.connection',
  ETIMEDOUT: 'mail.silent',
  ETLS: 'mail.unencrypted',
  EAUTH: 'mail.sign_in',
  EENVELOPE: 'mail.envelope',
  EMESSAGE: 'mail.message',
};

const explain = (error: unknown): Finding => {
  if (error instanceof Late) return found('mail.late', { seconds: attemptTimeoutMs / 1000 });
  const { code, response, message } = read(error);
  return found(codes[code] ?? 'mail.failed', { words: bounded(response ?? message) });
};

/** Servers may answer at any length and with anything. */
const bounded = (text: string): string =>
  text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 500);
