import type { Locale } from '@dumont/contracts/identity/auth';
import type { DeploymentDefaults, MailWishes } from '@dumont/contracts/identity/settings';
import { SigningJwks } from '@dumont/contracts/identity/keys';
import type { JWK } from 'jose';
import type { Authenticator } from '../../kernel/access/authenticator.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Config } from '../../kernel/config/config.ts';
import type { Database, Executor } from '../../kernel/db/database.ts';
import type { Notifications } from '../../kernel/db/notifications.ts';
import type { Events } from '../../kernel/events/events.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import type { Random } from '../../kernel/random.ts';
import { createSignedTokens, type SignedTokens } from '../../kernel/tokens/signed-tokens.ts';
import { loadSharedSecret } from '../../kernel/vault/shared-secret-store.ts';
import type { Vault } from '../../kernel/vault/vault.ts';
import { createAccessTokens, ownApi, type TokenUse } from './access-tokens.ts';
import { createAccountRoles, type AccountRoles } from './account-roles.ts';
import { createAccounts, type Accounts } from './accounts.ts';
import { adminPasswordFileIn } from './admin-password.ts';
import { createApiTokenHandlers } from './api-tokens.ts';
import {
  createAudit,
  createAuditHandlers,
  createAuditIntents,
  type Audit,
  type AuditIntents,
} from './audit.ts';
import { createAuthenticator, createCsrfTokens, type IdentityAuthenticator } from './authenticator.ts';
import { createAuthHandlers } from './auth.ts';
import { createCallers, readCallerOf } from './callers.ts';
import { listenToChanges, listenToUsers, type Change } from './changes.ts';
import { createDoorSignIn, type DoorSignIn } from './door-sign-in.ts';
import { prepareFirstStart } from './first-start.ts';
import { readFolderRoles, writeFolderRoles } from './folder-roles.ts';
import { startHousekeeping } from './housekeeping.ts';
import { createLdapDirectory } from './ldap-directory.ts';
import { createLdapLogin } from './ldap-login.ts';
import { createLoginAttempts } from './login-attempts.ts';
import { createLoginMetrics } from './login-metrics.ts';
import { createMemberHandlers } from './members.ts';
import { createOidcProvider } from './oidc-provider.ts';
import { ensureOidcUser } from './oidc-users.ts';
import { createOidcHandlers } from './oidc.ts';
import { createPasswordHasher } from './password-hasher.ts';
import { createPasswordLogin } from './password-login.ts';
import { createPasswordHandlers } from './passwords.ts';
import { createProjectHandlers } from './projects.ts';
import { createRecovery, type Recovery } from './recovery.ts';
import { createRoleHandlers } from './roles.ts';
import { openServiceAccount, type ServiceAccount } from './service-accounts.ts';
import { createSessions } from './sessions.ts';
import { createSettingsHandlers } from './settings.ts';
import { findLanguageOf, findSettings, type LanguageOf } from './settings-store.ts';
import { createSignIn } from './sign-in.ts';
import { createExchangeHandlers } from './sign-in-codes.ts';
import { createSigningKeys } from './signing-keys.ts';
import { listPublicKeys } from './ssh-key-store.ts';
import { createSshKeyHandlers } from './ssh-keys.ts';
import { createTicketHandlers } from './tickets.ts';
import { createUserNames } from './user-names.ts';
import { createUserHandlers } from './users.ts';

export { identityRelations } from './relation-store.ts';
export type { Account, Accounts, Beside } from './accounts.ts';
export type { AccountRoles } from './account-roles.ts';
export { changeDetails, wholeDetails } from './audit-change.ts';
export type { LanguageOf } from './settings-store.ts';
export type { Audit, AuditEntry, AuditFacts, AuditIntents } from './audit.ts';
export type { DoorSignIn } from './door-sign-in.ts';
export type { Recovery } from './recovery.ts';

export interface IdentityDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly vault: Vault;
  readonly events: Events;
  readonly notifications: Notifications;
  readonly metrics: Metrics;
  readonly config: Pick<
    Config,
    'admin' | 'registration' | 'oidc' | 'ldap' | 'publicUrl' | 'language' | 'smtpUrl' | 'solverFolders'
  >;
  /** Where a generated password of the first administrator is kept, in `admin-password`. */
  readonly dataDir?: string;
}

type IdentityOperation =
  | 'login'
  | 'refresh'
  | 'logout'
  | 'me'
  | 'updateMe'
  | 'changePassword'
  | 'register'
  | 'authMethods'
  | 'oidcStart'
  | 'oidcCallback'
  | 'oidcCliStart'
  | 'exchangeSignInCode'
  | 'issueTicket'
  | 'listUsers'
  | 'getUser'
  | 'createUser'
  | 'updateUser'
  | 'listRoles'
  | 'listPermissions'
  | 'createRole'
  | 'updateRole'
  | 'deleteRole'
  | 'listProjects'
  | 'createProject'
  | 'updateProject'
  | 'deleteProject'
  | 'listMembers'
  | 'putMember'
  | 'addMember'
  | 'deleteMember'
  | 'listTokens'
  | 'createToken'
  | 'deleteToken'
  | 'listSshKeys'
  | 'createSshKey'
  | 'deleteSshKey'
  | 'getSettings'
  | 'putSettings'
  | 'listAudit'
  | 'jwks';

/** Who may use the installation, what they may do, and what they did. */
export interface Identity extends AsyncDisposable {
  readonly authenticator: Authenticator;
  readonly handlers: Handlers<IdentityOperation>;
  readonly audit: Audit;
  readonly auditIntent: AuditIntents;
  readonly defaultProjectId: string;
  /** Set only by the start that made the first administrator: to be shown once. */
  readonly generatedAdminPassword: string | undefined;
  /** Somebody with the rights that they have now, for work in their name; undefined for who is gone or disabled. */
  callerOf(userId: string): Promise<Caller | undefined>;
  /** Names of users by id; ids that nobody has are left out. */
  namesOf(userIds: readonly string[]): Promise<Map<string, string>>;
  /** What a user's deployments take that leave it out. */
  deploymentDefaultsOf(userId: string): Promise<DeploymentDefaults>;
  /** Which mails a user wants, and where to; undefined for who is gone, disabled, or whose address nobody vouched for. */
  mailWishesOf(
    executor: Executor,
    userId: string,
  ): Promise<{ readonly email: string; readonly language: Locale; readonly wishes: MailWishes } | undefined>;
  /** What mails to an address are written in. */
  readonly languageOf: LanguageOf;
  /** SSH keys of these users, as `authorized_keys` has them. */
  sshKeysOf(userIds: readonly string[]): Promise<readonly string[]>;
  /**
   * Calls for a user whose rights, state or SSH keys changed, on every replica, and with undefined where any may have.
   * Answers how to end it.
   */
  onUserChange(handler: (userId: string | undefined) => void): () => void;
  /** Whom a bearer token is of, for who keeps that and hears of changes. Throws what `authenticator` does. */
  readonly vouch: IdentityAuthenticator['vouch'];
  /** Calls for everything that ends what was vouched for, and with undefined where any may have been changed. */
  onChange(handler: (change: Change | undefined) => void): () => void;
  /** The public keys of our tokens, for services that verify them themselves. */
  jwks(): Promise<{ keys: JWK[] }>;
  /** Other kinds of tokens by the same keys, and who is named as their issuer. */
  readonly tokens: SignedTokens;
  readonly issuer: string;
  /** The token of a program that the server runs beside itself. */
  openServiceAccount(account: ServiceAccount): Promise<string>;
  /** For doors of other protocols: users and roles as they show them, and tokens of their own. */
  readonly accounts: Accounts;
  readonly accountRoles: AccountRoles;
  readonly recovery: Recovery;
  openDoor(use: TokenUse): DoorSignIn;
}

/** Throws `ConfigError` when single sign-on, the directory, or a file of roles cannot be used as it is. */
export const createIdentity = async (deps: IdentityDeps): Promise<Identity> => {
  const { db, clock, random, config } = deps;
  const providers = config.oidc === undefined ? [] : [createOidcProvider(config.oidc)];
  const languageOf: LanguageOf = async (executor, address) =>
    (await findLanguageOf(executor, address)) ?? config.language;
  const directory = config.ldap && createLdapDirectory(config.ldap, deps);
  const adminPasswordFile = deps.dataDir === undefined ? undefined : adminPasswordFileIn(deps.dataDir);
  const folderRoles = await readFolderRoles(config.solverFolders);
  const audit = createAudit(deps);
  const hasher = await createPasswordHasher(random.secret(32));
  const { defaultProjectId, generatedAdminPassword } = await prepareFirstStart({
    ...deps,
    audit,
    hasher,
    admin: config.admin,
    adminPasswordFile,
  });

  await writeFolderRoles({ ...deps, audit }, folderRoles);

  const keys = createSigningKeys(deps);
  const issuer = config.publicUrl ?? 'dumont';
  const accessTokens = createAccessTokens({ keys, clock, issuer, use: ownApi });
  const csrfTokenFor = createCsrfTokens(await loadSharedSecret(deps, 'csrf'));
  const refreshSecret = await loadSharedSecret(deps, 'refresh');
  const callers = createCallers({ db, clock, defaultProjectId });
  const authenticator = createAuthenticator({ db, clock, callers, use: ownApi, accessTokens, csrfTokenFor });
  const authenticators = [authenticator];
  const names = createUserNames({ db, clock });
  const endListening = listenToChanges(deps.notifications, (change) => {
    callers.forget(change);
    names.forget(change);
    if (change !== 'keys' && change !== undefined) return;
    keys.forget();
    for (const each of authenticators) each.forgetVerified();
  });

  const sessions = createSessions({ ...deps, audit, use: ownApi, accessTokens, refreshSecret });
  const signIn = createSignIn({ db, language: config.language, clock, audit, sessions, csrfTokenFor });
  const attempts = createLoginAttempts({ db, clock });
  const loginDeps = { ...deps, audit, hasher, attempts };
  const shared = { db, clock, random, audit, defaultProjectId, language: config.language };
  const ldap = directory && {
    issuer: directory.issuer,
    login: createLdapLogin({ ...shared, log: deps.log, attempts }, directory),
  };
  const passwordLogin = createPasswordLogin({ ...loginDeps, ldap });
  const metrics = createLoginMetrics(deps.metrics, hasher);
  const recovery = createRecovery({ ...loginDeps, random, languageOf });
  const housekeeping = startHousekeeping(deps);

  const openDoor = (use: TokenUse): DoorSignIn => {
    const [provider] = providers;
    const tokens = createAccessTokens({ keys, clock, issuer, use });
    const own = createAuthenticator({ db, clock, callers, use, accessTokens: tokens, csrfTokenFor });
    authenticators.push(own);
    return createDoorSignIn({
      ...shared,
      use,
      issuer,
      callers,
      sessions: createSessions({ ...deps, audit, use, accessTokens: tokens, refreshSecret }),
      authenticator: own,
      passwordLogin,
      metrics,
      recovery,
      proveIdToken:
        provider &&
        (async (token, address) => {
          const { expiresAt, ...subject } = await provider.readIdToken(token);
          return { user: await ensureOidcUser(shared, provider, subject, address), expiresAt };
        }),
    });
  };

  return {
    authenticator,
    audit,
    auditIntent: createAuditIntents(deps),
    defaultProjectId,
    generatedAdminPassword,
    jwks: keys.jwks,
    tokens: createSignedTokens(keys, clock),
    issuer,
    openServiceAccount: (account) => openServiceAccount({ ...shared, vault: deps.vault }, account),
    sshKeysOf: (userIds) => listPublicKeys(deps.db, userIds),
    onUserChange: (handler) => listenToUsers(deps.notifications, handler),
    vouch: authenticator.vouch,
    onChange: (handler) => listenToChanges(deps.notifications, handler),
    deploymentDefaultsOf: async (userId) => (await findSettings(deps.db, userId))?.deployment ?? {},
    mailWishesOf: async (executor, userId) => {
      const found = await findSettings(executor, userId);
      if (found?.isActive !== true || !found.emailConfirmed) return undefined;
      return { email: found.email, language: found.language ?? config.language, wishes: found.mail };
    },
    languageOf,
    callerOf: (userId) => readCallerOf(deps.db, userId, defaultProjectId),
    namesOf: names.of,
    accounts: createAccounts({ ...shared, hasher }),
    accountRoles: createAccountRoles(shared),
    recovery,
    openDoor,
    handlers: {
      ...createAuthHandlers({
        ...shared,
        hasher,
        metrics,
        passwordLogin,
        sessions,
        signIn,
        registration: config.registration,
        providers: providers.map(({ id, name }) => ({ id, name })),
      }),
      ...createPasswordHandlers({ ...loginDeps, adminPasswordFile }),
      ...createOidcHandlers({
        ...shared,
        vault: deps.vault,
        signIn,
        csrfTokenFor,
        publicUrl: config.publicUrl,
        providers,
      }),
      ...createExchangeHandlers({ ...shared, signIn }),
      ...createTicketHandlers(shared),
      ...createUserHandlers({ ...shared, hasher }),
      ...createRoleHandlers(shared),
      ...createProjectHandlers(shared),
      ...createMemberHandlers(shared),
      ...createApiTokenHandlers(shared),
      ...createSshKeyHandlers(shared),
      ...createSettingsHandlers({ ...shared, hasMailServer: config.smtpUrl !== undefined }),
      ...createAuditHandlers(shared),
      jwks: async () => SigningJwks.parse(await keys.jwks()),
    },
    [Symbol.asyncDispose]: async () => {
      endListening();
      await housekeeping[Symbol.asyncDispose]();
    },
  };
};
