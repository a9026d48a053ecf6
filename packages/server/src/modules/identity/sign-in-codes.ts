import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import { Reply, type Handlers, type StreamBody } from '../../kernel/http/handlers.ts';
import type { Random } from '../../kernel/random.ts';
import type { Audit } from './audit.ts';
import { sha256 } from './hashes.ts';
import { insertSignInCode, takeSignInCode, type CliSignIn } from './oidc-store.ts';
import type { SignIn } from './sign-in.ts';
import { findLoginUserById } from './user-store.ts';

const codeMs = 60_000;

const addressOf = (redirectUri: string, query: Readonly<Record<string, string>>): string =>
  `${redirectUri}?${new URLSearchParams(query).toString()}`;

/** `code` is base64url: nothing in it means anything to HTML. */
const codePage = (code: string): StreamBody => ({
  mediaType: 'text/html; charset=utf-8',
  content: Readable.from([
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Dumont: sign-in of the command line</title>
<body style="font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem">
<h1 style="font-size: 1.25rem">One more step</h1>
<p>Paste this code where <b>dumont login</b> waits for it. It works once, for one minute.</p>
<p style="font: 1rem ui-monospace, monospace; padding: 1rem; border: 1px solid; overflow-wrap: anywhere; user-select: all">${code}</p>
<p>Did you not run <b>dumont login</b> yourself, or did somebody ask you for this code? Close this page: whoever has the code signs in as you.</p>`,
  ]),
});

/** A one-time code for the command line: to where it listens, or on a page. */
export const leadCliOn = async (
  deps: { readonly db: Database; readonly clock: Clock; readonly random: Random },
  cli: CliSignIn,
  userId: string,
): Promise<{ redirect: string } | { stream: StreamBody }> => {
  const code = deps.random.secret(32);
  await insertSignInCode(deps.db, {
    sha256: sha256(code),
    challenge: cli.challenge,
    userId,
    expiresAt: new Date(deps.clock.now().getTime() + codeMs),
  });
  if (cli.redirectUri === undefined) return { stream: codePage(code) };
  return { redirect: addressOf(cli.redirectUri, { code, state: cli.state }) };
};

/** Where the command line hears that its sign-in failed; undefined where it does not listen. */
export const leadCliBack = (cli: CliSignIn, error: AppError): string | undefined =>
  cli.redirectUri === undefined
    ? undefined
    : addressOf(cli.redirectUri, {
        error: error.code,
        error_description: error.message,
        state: cli.state,
      });

export const createExchangeHandlers = (deps: {
  db: Database;
  clock: Clock;
  audit: Audit;
  signIn: SignIn;
}): Handlers<'exchangeSignInCode'> => ({
  exchangeSignInCode: async ({ body, context }) => {
    const taken = await takeSignInCode(deps.db, sha256(body.code), deps.clock.now());
    const challenge = createHash('sha256').update(body.verifier).digest('base64url');
    if (taken === undefined || taken.challenge !== challenge) {
      await deps.audit({
        actorId: null,
        action: 'auth.login_failed',
        subjectType: 'user',
        subjectId: taken?.userId ?? '',
        address: context.address,
        details: { method: 'oidc', code: 'auth.sign_in_code' },
      });
      throw new AppError('auth.sign_in_code');
    }
    const user = await findLoginUserById(deps.db, taken.userId);
    if (user === undefined) throw new AppError('auth.sign_in_code');
    const reply = await deps.signIn.reply(await deps.signIn.open(user, 'token', context, 'oidc'));
    if (reply instanceof Reply) throw new TypeError('A session of kind token has no cookies.');
    return reply;
  },
});
