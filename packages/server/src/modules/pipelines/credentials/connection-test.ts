import type { Finding } from '@dumont/contracts/finding';
import type { FindingCode } from '@dumont/contracts/finding-texts';
import { found, proseOf } from '@dumont/contracts/findings';
import type { Clock } from '../../../kernel/clock.ts';
import { OutboundFailure, type Outbound, type OutboundResponse } from '../../../kernel/outbound/outbound.ts';
import type { OpenCredential } from './credentials.ts';
import { findLoginForm, type LoginForm } from './login-form.ts';
import { openPortalSession, type PortalSession } from './portal-session.ts';

export interface ConnectionTestResult {
  readonly ok: boolean;
  readonly explanation: string;
  /** What `explanation` says. */
  readonly finding: Finding;
  readonly durationMs: number;
}

type Outcome = Omit<ConnectionTestResult, 'durationMs'>;

const outcome = (ok: boolean, code: FindingCode, params: Finding['params'] = {}): Outcome => ({
  ok,
  explanation: proseOf(found(code, params)),
  finding: { code, params },
});
const failed = (code: FindingCode, params?: Finding['params']): Outcome => outcome(false, code, params);
const passed = (code: FindingCode, params?: Finding['params']): Outcome => outcome(true, code, params);

/** Without query and fragment, which may carry secrets. */
const shown = (url: string): string => {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
};

const isRefusal = (status: number): boolean => status === 401 || status === 403;

const explainStatus = ({ status, url }: OutboundResponse): Outcome => {
  const at = shown(url);
  if (status === 404) return failed('credential.not_there', { at });
  if (status === 429) return failed('credential.too_often', { at });
  return failed(status >= 500 ? 'credential.portal_fails' : 'credential.odd_answer', { at, status });
};

const tryBasic = async (session: PortalSession, credential: OpenCredential): Promise<Outcome> => {
  const pair = Buffer.from(`${credential.username}:${credential.password}`).toString('base64');
  const answer = await session.send(credential.url, { headers: { authorization: `Basic ${pair}` } });
  if (isRefusal(answer.status)) {
    return failed('credential.refused_basic', { at: shown(answer.url) });
  }
  if (answer.status >= 400) return explainStatus(answer);
  return passed('credential.signed_in_basic', { at: shown(answer.url) });
};

const tryForm = async (
  session: PortalSession,
  page: OutboundResponse,
  form: LoginForm,
  credential: OpenCredential,
): Promise<Outcome> => {
  const target = new URL(form.action, page.url);
  const home = new URL(credential.url);
  // The password goes to the host that it belongs to, over the protocol that was configured, in a body.
  if (target.host !== home.host || (home.protocol === 'https:' && target.protocol !== 'https:')) {
    return failed('credential.other_host', { at: shown(target.href) });
  }
  if (form.method !== 'post') {
    return failed('credential.form_in_address');
  }
  const fields = new URLSearchParams({
    ...form.hidden,
    [form.userField]: credential.username,
    [form.passwordField]: credential.password,
  });
  const answer = await session.send(target.href, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', referer: shown(page.url) },
    body: fields.toString(),
  });
  if (isRefusal(answer.status) || findLoginForm(answer.body.toString()) !== undefined) {
    return failed('credential.refused_form', { at: shown(target.href) });
  }
  if (answer.status >= 400) return explainStatus(answer);
  return passed('credential.signed_in_form', { at: shown(target.href) });
};

const tryToSignIn = async (session: PortalSession, credential: OpenCredential): Promise<Outcome> => {
  const first = await session.send(credential.url);
  const challenge = first.headers['www-authenticate'] ?? '';
  if (first.status === 401 && /\bbasic\b/i.test(challenge)) return tryBasic(session, credential);
  const form = findLoginForm(first.body.toString());
  if (form !== undefined) return tryForm(session, first, form, credential);
  if (first.status === 401) {
    return failed('credential.unknown_scheme', {
      at: shown(first.url),
      scheme: challenge || 'unnamed',
    });
  }
  if (first.status >= 400) return explainStatus(first);
  return failed('credential.no_sign_in', { at: shown(first.url) });
};

const missingFields = (credential: OpenCredential): string[] =>
  [
    ['the address', credential.url],
    ['the user name', credential.username],
    ['the password', credential.password],
  ].flatMap(([name = '', value]) => (value === '' ? [name] : []));

/**
 * One real attempt to sign in, as the portal pipelines do it. Throws `outbound.refused` for an address that this
 * server may not call.
 */
export const testConnection = async (
  deps: { outbound: Pick<Outbound, 'request'>; clock: Clock },
  credential: OpenCredential,
): Promise<ConnectionTestResult> => {
  const start = deps.clock.elapsedMs();
  const missing = missingFields(credential);
  let result: Outcome;
  if (missing.length > 0) result = failed('credential.incomplete', { missing: missing.join(' and ') });
  else {
    try {
      result = await tryToSignIn(openPortalSession(deps), credential);
    } catch (error) {
      if (!(error instanceof OutboundFailure)) throw error;
      result = failed('credential.no_answer', { at: shown(credential.url), reason: error.reason });
    }
  }
  return { ...result, durationMs: Math.round(deps.clock.elapsedMs() - start) };
};
