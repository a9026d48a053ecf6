import type { Database, Executor, Transactor } from '../../kernel/db/database.ts';
import type { LoginUser } from './user-store.ts';

export interface OidcFlow {
  readonly stateSha256: Buffer;
  readonly provider: string;
  readonly browserSha256: Buffer;
  readonly sealedVerifier: Buffer;
  readonly nonce: string;
  readonly redirectUri: string;
  /** The page of the console to come back to; for a command line nothing. */
  readonly returnTo: string;
  readonly cli: CliSignIn | undefined;
  readonly expiresAt: Date;
}

/** A command line that signs in: what it is told proves nothing without the verifier of its challenge. */
export interface CliSignIn {
  readonly challenge: string;
  readonly state: string;
  /** Where it listens; undefined where the code is shown to be pasted. */
  readonly redirectUri: string | undefined;
}

export const insertFlow = async (db: Database, flow: OidcFlow): Promise<void> => {
  await db
    .insertInto('oidc_flows')
    .values({
      state_sha256: flow.stateSha256,
      provider: flow.provider,
      browser_sha256: flow.browserSha256,
      sealed_verifier: flow.sealedVerifier,
      nonce: flow.nonce,
      redirect_uri: flow.redirectUri,
      return_to: flow.returnTo,
      cli_challenge: flow.cli?.challenge ?? null,
      cli_state: flow.cli?.state ?? null,
      cli_redirect_uri: flow.cli?.redirectUri ?? null,
      expires_at: flow.expiresAt,
    })
    .execute();
};

/** Uses a flow up: a callback that is sent twice finds it once. */
export const takeFlow = async (
  db: Database,
  stateSha256: Buffer,
  now: Date,
): Promise<OidcFlow | undefined> => {
  const row = await db
    .deleteFrom('oidc_flows')
    .where('state_sha256', '=', stateSha256)
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst();
  return (
    row && {
      stateSha256: row.state_sha256,
      provider: row.provider,
      browserSha256: row.browser_sha256,
      sealedVerifier: row.sealed_verifier,
      nonce: row.nonce,
      redirectUri: row.redirect_uri,
      returnTo: row.return_to,
      cli:
        row.cli_challenge === null || row.cli_state === null
          ? undefined
          : {
              challenge: row.cli_challenge,
              state: row.cli_state,
              redirectUri: row.cli_redirect_uri ?? undefined,
            },
      expiresAt: row.expires_at,
    }
  );
};

export const insertSignInCode = async (
  db: Database,
  code: { sha256: Buffer; challenge: string; userId: string; expiresAt: Date },
): Promise<void> => {
  await db
    .insertInto('sign_in_codes')
    .values({
      sha256: code.sha256,
      challenge: code.challenge,
      user_id: code.userId,
      expires_at: code.expiresAt,
    })
    .execute();
};

/** Uses a code up, whether or not what comes with it is right: there is one try. */
export const takeSignInCode = async (
  db: Database,
  sha256: Buffer,
  now: Date,
): Promise<{ userId: string; challenge: string } | undefined> =>
  db
    .deleteFrom('sign_in_codes')
    .where('sha256', '=', sha256)
    .where('expires_at', '>', now)
    .returning(['user_id as userId', 'challenge'])
    .executeTakeFirst();

/** The user whom a provider knows by this subject. */
export const findUserIdByIdentity = async (
  executor: Executor,
  identity: { issuer: string; subject: string },
): Promise<string | undefined> => {
  const row = await executor
    .selectFrom('user_identities')
    .select('user_id')
    .where('issuer', '=', identity.issuer)
    .where('subject', '=', identity.subject)
    .executeTakeFirst();
  return row?.user_id;
};

/** Whether an issuer (an identity provider, a directory) knows this user. */
export const hasIdentity = async (
  db: Database,
  identity: { issuer: string; userId: string },
): Promise<boolean> => {
  const row = await db
    .selectFrom('user_identities')
    .select('user_id')
    .where('issuer', '=', identity.issuer)
    .where('user_id', '=', identity.userId)
    .executeTakeFirst();
  return row !== undefined;
};

export const insertIdentity = async (
  transaction: Transactor,
  identity: { issuer: string; subject: string; userId: string; createdAt: Date },
): Promise<void> => {
  await transaction
    .insertInto('user_identities')
    .values({
      issuer: identity.issuer,
      subject: identity.subject,
      user_id: identity.userId,
      created_at: identity.createdAt,
    })
    .execute();
};

/** The user of an e-mail, and whether somebody vouched for the address. */
export const findUserByEmail = async (
  transaction: Transactor,
  email: string,
): Promise<(Pick<LoginUser, 'id'> & { emailConfirmed: boolean }) | undefined> =>
  transaction
    .selectFrom('users')
    .select(['id', 'email_confirmed as emailConfirmed'])
    .where('email', '=', email)
    .forUpdate()
    .executeTakeFirst();
