import type { Credential } from '@dumont/contracts/pipelines/settings';
import type { Clock } from '../../../kernel/clock.ts';
import type { Database } from '../../../kernel/db/database.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Vault } from '../../../kernel/vault/vault.ts';
import type { Catalogue } from '../manifests/catalogue.ts';
import type { Actor, ChangeSettings } from '../settings-change.ts';
import {
  listCredentialRows,
  removeCredentialRow,
  saveCredentialRow,
  type CredentialRow,
} from './credentials-store.ts';

/** What is shown instead of a password, and what says that the stored one stays. */
export const passwordMask = '********';

/** A credential as a run or a test needs it. Never leaves the server in an answer. */
export interface OpenCredential {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

export interface CredentialChange {
  readonly key: string;
  readonly url?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly mayLeaveHost?: boolean | undefined;
}

export interface Credentials {
  list(projectId: string): Promise<readonly Credential[]>;
  /** All or none. Throws `credential.unknown`, and `credential.address` for a new address without a password. */
  save(actor: Actor, changes: readonly CredentialChange[]): Promise<void>;
  /** Throws `credential.not_found`. */
  remove(actor: Actor, key: string): Promise<void>;
  /** Keys whose credential has an address, a user name and a password. */
  listComplete(projectId: string): Promise<ReadonlySet<string>>;
  /** Empty texts stand for what was not saved. Undefined where nothing was. */
  open(projectId: string, key: string): Promise<OpenCredential | undefined>;
}

const sealContext = (projectId: string, key: string): string => `credential:${projectId}:${key}`;

const isComplete = (row: CredentialRow): boolean =>
  row.url !== '' && row.username !== '' && row.password !== null;

export const createCredentials = (deps: {
  db: Database;
  clock: Clock;
  vault: Vault;
  catalogue: Catalogue;
  changeSettings: ChangeSettings;
}): Credentials => {
  const systemsOf = (key: string): readonly string[] => {
    const systems = deps.catalogue.credentialKeys.get(key);
    if (systems !== undefined) return systems;
    const known = [...deps.catalogue.credentialKeys.keys()].join(', ') || 'none';
    throw new AppError('credential.unknown', { key, known });
  };

  const sealed = async (
    projectId: string,
    { key, password }: CredentialChange,
  ): Promise<Buffer | null | undefined> => {
    if (password === undefined || password === passwordMask) return undefined;
    return password === '' ? null : deps.vault.seal(sealContext(projectId, key), password);
  };

  return {
    list: async (projectId) => {
      const rows = await listCredentialRows(deps.db, projectId);
      return [...deps.catalogue.credentialKeys].map(([key, systems]) => {
        const row = rows.get(key);
        return {
          key,
          systems: [...systems],
          saved: row !== undefined,
          url: row?.url ?? '',
          username: row?.username ?? '',
          hasPassword: (row?.password ?? null) !== null,
          mayLeaveHost: row?.mayLeaveHost ?? false,
          updatedAt: row?.updatedAt.toISOString() ?? null,
        };
      });
    },

    save: async (actor, changes) => {
      const at = deps.clock.now();
      const writes = await Promise.all(
        changes.map(async (change) => ({
          projectId: actor.projectId,
          key: change.key,
          url: change.url,
          username: change.username,
          mayLeaveHost: change.mayLeaveHost,
          systems: systemsOf(change.key),
          password: await sealed(actor.projectId, change),
          at,
        })),
      );
      await deps.changeSettings(
        writes.map(({ key, systems, ...write }) => ({
          ...actor,
          action: 'credential.saved',
          subjectType: 'credential',
          subjectId: key,
          systems,
          details: {
            fields: (['url', 'username', 'password', 'mayLeaveHost'] as const).filter(
              (field) => write[field] !== undefined,
            ),
          },
        })),
        async (executor) => {
          for (const write of writes) {
            const isSaved = await saveCredentialRow(executor, write);
            if (!isSaved) throw new AppError('credential.address', { key: write.key });
          }
        },
      );
    },

    remove: async (actor, key) => {
      const systems = deps.catalogue.credentialKeys.get(key) ?? [];
      const change = {
        ...actor,
        action: 'credential.deleted',
        subjectType: 'credential',
        subjectId: key,
        systems,
      } as const;
      await deps.changeSettings([change], async (executor) => {
        const removed = await removeCredentialRow(executor, actor.projectId, key);
        if (!removed) throw new AppError('credential.not_found', { key });
      });
    },

    listComplete: async (projectId) => {
      const rows = await listCredentialRows(deps.db, projectId);
      return new Set([...rows.values()].filter(isComplete).map(({ key }) => key));
    },

    open: async (projectId, key) => {
      const row = (await listCredentialRows(deps.db, projectId)).get(key);
      if (row === undefined) return undefined;
      const password =
        row.password === null ? '' : await deps.vault.open(sealContext(projectId, key), row.password);
      return { url: row.url, username: row.username, password };
    },
  };
};
