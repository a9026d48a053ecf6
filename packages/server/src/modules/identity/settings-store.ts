import { locales, type Locale } from '@dumont/contracts/identity/auth';
import { DeploymentDefaults, MailWishes } from '@dumont/contracts/identity/settings';
import { sql } from 'kysely';
import type { Executor } from '../../kernel/db/database.ts';

export interface StoredSettings {
  readonly email: string;
  readonly emailConfirmed: boolean;
  readonly isActive: boolean;
  /** Undefined where none was chosen. */
  readonly language: Locale | undefined;
  readonly deployment: DeploymentDefaults;
  readonly mail: MailWishes;
}

const noMail: MailWishes = { machine_asleep: false, machine_lost: false, budget: false };

const knownLocale = (locale: string | null | undefined): Locale | undefined =>
  locales.find((known) => known === locale);

/** What mails to an address are written in. */
export type LanguageOf = (executor: Executor, address: string) => Promise<Locale>;

/** What whoever has this address chose to read; undefined where nobody has it, or did. */
export const findLanguageOf = async (executor: Executor, email: string): Promise<Locale | undefined> => {
  const address = email.toLowerCase();
  const row = await executor
    .selectFrom('users')
    .select('locale')
    .where('email', '=', address)
    .executeTakeFirst();
  return knownLocale(row?.locale);
};

/** Of a user as they are now; undefined for who is gone. Whoever never set any has none. */
export const findSettings = async (
  executor: Executor,
  userId: string,
): Promise<StoredSettings | undefined> => {
  const row = await executor
    .selectFrom('users as u')
    .leftJoin('user_settings as s', 's.user_id', 'u.id')
    .select(['u.email', 'u.email_confirmed', 'u.state', 'u.locale', 's.deployment', 's.mail'])
    .where('u.id', '=', userId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    email: row.email,
    emailConfirmed: row.email_confirmed,
    isActive: row.state === 'active',
    language: knownLocale(row.locale),
    // Bounds may have become narrower since they were written.
    deployment: DeploymentDefaults.safeParse(row.deployment ?? {}).data ?? {},
    mail: MailWishes.safeParse(row.mail ?? noMail).data ?? noMail,
  };
};

/** Writes the parts that are given. */
export const saveSettings = async (
  executor: Executor,
  userId: string,
  given: { readonly deployment?: DeploymentDefaults | undefined; readonly mail?: MailWishes | undefined },
  now: Date,
): Promise<void> => {
  const deployment = given.deployment === undefined ? null : JSON.stringify(given.deployment);
  const mail = given.mail === undefined ? null : JSON.stringify(given.mail);
  await sql`
    insert into user_settings as s (user_id, deployment, mail, updated_at)
    values (${userId}, coalesce(${deployment}::jsonb, '{}'), coalesce(${mail}::jsonb, ${JSON.stringify(noMail)}::jsonb), ${now})
    on conflict (user_id) do update set updated_at = excluded.updated_at,
      deployment = coalesce(${deployment}::jsonb, s.deployment), mail = coalesce(${mail}::jsonb, s.mail)`.execute(
    executor,
  );
};
