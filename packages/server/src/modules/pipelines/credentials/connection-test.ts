import type { Clock } from '../../../kernel/clock.ts';
import { OutboundFailure, type Outbound, type OutboundResponse } from '../../../kernel/outbound/outbound.ts';
import type { OpenCredential } from './credentials.ts';
import { findLoginForm, type LoginForm } from './login-form.ts';
import { openPortalSession, type PortalSession } from './portal-session.ts';

export interface ConnectionTestResult {
  readonly ok: boolean;
  readonly explanation: string;
  readonly durationMs: number;
}

type Finding = Omit<ConnectionTestResult, 'durationMs'>;

const failed = (explanation: string): Finding => ({ ok: false, explanation });
const passed = (explanation: string): Finding => ({ ok: true, explanation });

/** Without query and fragment, which may carry secrets. */
const shown = (url: string): string => {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
};

const isRefusal = (status: number): boolean => status === 401 || status === 403;

const explainStatus = (response: OutboundResponse): string => {
  const at = shown(response.url);
  if (response.status === 404) return `${at} does not exist (404): check the address.`;
  if (response.status === 429) return `${at} takes no more attempts at the moment (429): try again later.`;
  if (response.status >= 500) return `${at} has a problem of its own (${response.status}): try again later.`;
  return `${at} answered ${response.status}, which is neither a page nor a request to sign in.`;
};

const tryBasic = async (session: PortalSession, credential: OpenCredential): Promise<Finding> => {
  const pair = Buffer.from(`${credential.username}:${credential.password}`).toString('base64');
  const answer = await session.send(credential.url, { headers: { authorization: `Basic ${pair}` } });
  if (isRefusal(answer.status)) {
    return failed(`${shown(answer.url)} refused the user name or the password (basic authentication).`);
  }
  if (answer.status >= 400) return failed(explainStatus(answer));
  return passed(`Signed in at ${shown(answer.url)} (basic authentication).`);
};

const tryForm = async (
  session: PortalSession,
  page: OutboundResponse,
  form: LoginForm,
  credential: OpenCredential,
): Promise<Finding> => {
  const target = new URL(form.action, page.url);
  const home = new URL(credential.url);
  // The password goes to the host that it belongs to, over the protocol that was configured, in a body.
  if (target.host !== home.host || (home.protocol === 'https:' && target.protocol !== 'https:')) {
    return failed(`The sign-in form sends to ${shown(target.href)}: the password was not sent there.`);
  }
  if (form.method !== 'post') {
    return failed('The sign-in form would put the password into the address: it was not sent.');
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
    return failed(`${shown(target.href)} refused the user name or the password (sign-in form).`);
  }
  if (answer.status >= 400) return failed(explainStatus(answer));
  return passed(`Signed in at ${shown(target.href)} (sign-in form).`);
};

const tryToSignIn = async (session: PortalSession, credential: OpenCredential): Promise<Finding> => {
  const first = await session.send(credential.url);
  const challenge = first.headers['www-authenticate'] ?? '';
  if (first.status === 401 && /\bbasic\b/i.test(challenge)) return tryBasic(session, credential);
  const form = findLoginForm(first.body.toString());
  if (form !== undefined) return tryForm(session, first, form, credential);
  if (first.status === 401) {
    return failed(
      `${shown(first.url)} asks for a kind of sign-in that is not known here (${challenge || 'unnamed'}).`,
    );
  }
  if (first.status >= 400) return failed(explainStatus(first));
  return failed(
    `${shown(first.url)} answers, but does not ask to sign in: user name and password could not be tried.`,
  );
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
  let finding: Finding;
  if (missing.length > 0)
    finding = failed(`Nothing was tried: ${missing.join(' and ')} must be saved first.`);
  else {
    try {
      finding = await tryToSignIn(openPortalSession(deps), credential);
    } catch (error) {
      if (!(error instanceof OutboundFailure)) throw error;
      finding = failed(`${shown(credential.url)} could not be tried: ${error.message}.`);
    }
  }
  return { ...finding, durationMs: Math.round(deps.clock.elapsedMs() - start) };
};
