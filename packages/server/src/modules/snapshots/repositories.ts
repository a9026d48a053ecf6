import { createHash } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import type { Vault } from '../../kernel/vault/vault.ts';
import type { MachineShell } from './machine-shell.ts';
import type { MachineRef } from './machines-port.ts';
import type { RepositoryRow, RepositoryStore } from './repository-store.ts';
import { lightenKeys } from './keys/light-keys.ts';
import type { RepositoryAccess, ResticTuning } from './restic/access.ts';
import { createRestic, type Restic } from './restic/restic.ts';
import type { RepositoryPlace } from './storage/place.ts';
import type { RepositoryFiles } from './storage/repository-files.ts';

/** The repositories of machines, and who may do what to them. */
export interface Repositories {
  /** Writes the repository down where it is not known yet, and takes note of the machine's epoch. */
  register(machine: MachineRef): Promise<void>;
  /** Registers, and makes the repository where there is none. */
  ensure(machine: MachineRef, signal: AbortSignal): Promise<void>;
  /** Throws `repository.not_found`. */
  get(machineId: string): Promise<RepositoryRow>;
  files(machineId: string): RepositoryFiles;
  password(machineId: string): Promise<string>;
  /** restic of the server, with the server's own key. */
  serverRestic(machineId: string): Promise<Restic>;
  /**
   * What a machine writes its own snapshots with. Through the gateway: append-only, its own prefix, and good for as
   * long as `epoch` is the machine's. Throws `repository.epoch` for an epoch that is over.
   */
  storageCredentialsFor(request: {
    readonly machineId: string;
    readonly epoch: number;
    /** Where this machine reaches the server, without a path. */
    readonly serverUrl: string;
  }): Promise<RepositoryAccess>;
  /** What a machine restores with from the repository of a machine, itself or another. Through the gateway: read-only. */
  readCredentialsFor(request: {
    readonly machineId: string;
    readonly holder: { readonly id: string; readonly epoch: number };
    readonly serverUrl: string;
  }): Promise<RepositoryAccess>;
  /** Ends what `readCredentialsFor` gave: the restore is over. */
  endReading(machineId: string, holderId: string): Promise<void>;
  /** Fencing: from now on nothing of a lower epoch is accepted from this machine, and its locks are taken away. */
  raiseEpoch(machineId: string, epoch: number): Promise<void>;
  /** Takes all credentials of a machine away: it is gone. */
  revoke(machineId: string): Promise<void>;
  /** Takes locks away whose holder can neither renew nor use them; answers how many. */
  releaseDeadLocks(machineId: string): Promise<number>;
}

export interface RepositoriesDeps {
  readonly store: RepositoryStore;
  readonly vault: Vault;
  readonly place: RepositoryPlace;
  /** Runs restic on this host. */
  readonly host: MachineShell;
  readonly resticProgram: string;
  readonly tuning: ResticTuning;
  readonly cacheFolder: string;
  readonly clock: Clock;
  readonly random: Random;
}

export const gatewayPath = '/api/v1/repositories';
/** restic writes its lock anew every 5 minutes, and takes one of 30 minutes for dead. */
const lockLifeMs = 35 * 60 * 1000;
const serverTimeoutSeconds = 24 * 3600;

export const createRepositories = (deps: RepositoriesDeps): Repositories => {
  const { store, vault, place, clock, random } = deps;
  const passwordContext = (machineId: string): string => `snapshot-repository:${machineId}`;
  const grantContext = (id: string): string => `snapshot-grant:${id}`;

  const get: Repositories['get'] = async (machineId) => {
    const row = await store.find(machineId);
    if (row === undefined) throw new AppError('repository.not_found');
    return row;
  };
  const password: Repositories['password'] = async (machineId) =>
    vault.open(passwordContext(machineId), (await get(machineId)).password_sealed);

  const serverRestic: Repositories['serverRestic'] = async (machineId) => {
    const secret = await password(machineId);
    const { environment, secrets } = place.forServer(machineId);
    return createRestic({
      shell: deps.host,
      program: deps.resticProgram,
      access: {
        environment: { ...environment, RESTIC_PASSWORD: secret },
        secrets: [...secrets, secret],
      },
      tuning: deps.tuning,
      cacheFolder: deps.cacheFolder,
      timeoutSeconds: serverTimeoutSeconds,
    });
  };

  const grant = async (
    machineId: string,
    holder: { id: string; epoch: number },
    access: 'append' | 'read',
    serverUrl: string,
  ): Promise<RepositoryAccess> => {
    const repositoryPassword = await password(machineId);
    const direct = place.forMachine(machineId);
    if (direct !== undefined)
      return {
        environment: { ...direct.environment, RESTIC_PASSWORD: repositoryPassword },
        secrets: [...direct.secrets, repositoryPassword],
      };
    const id = random.id();
    const fresh = random.secret(32);
    const row = await store.putGrant({
      id,
      machine_id: machineId,
      holder_id: holder.id,
      epoch: holder.epoch,
      access,
      secret_sha256: createHash('sha256').update(fresh).digest(),
      secret_sealed: await vault.seal(grantContext(id), fresh),
      created_at: clock.now(),
    });
    if (row.revoked_at !== null) throw new AppError('repository.epoch');
    const secret = await vault.open(grantContext(row.id), row.secret_sealed);
    const url = new URL(`${gatewayPath}/${machineId}/`, serverUrl);
    url.username = row.id;
    url.password = secret;
    return {
      environment: { RESTIC_REPOSITORY: `rest:${url.href}`, RESTIC_PASSWORD: repositoryPassword },
      secrets: [secret, repositoryPassword],
    };
  };

  const register: Repositories['register'] = async (machine) => {
    if ((await store.find(machine.id)) === undefined) {
      const now = clock.now();
      await store.insert({
        machine_id: machine.id,
        project_id: machine.projectId,
        owner_id: machine.ownerId,
        epoch: machine.epoch,
        // Made again where the row is lost and the repository is not.
        password_sealed: await vault.seal(
          passwordContext(machine.id),
          vault.derive(passwordContext(machine.id)),
        ),
        created_at: now,
        maintenance_at: now,
      });
    }
    await store.raiseEpoch(machine.id, machine.epoch);
  };

  const releaseDeadLocks: Repositories['releaseDeadLocks'] = async (machineId) => {
    const dead = await store.listDeadLocks(machineId, new Date(clock.now().getTime() - lockLifeMs));
    for (const { name } of dead) {
      await place.files(machineId).remove({ kind: 'locks', name });
      await store.deleteLock(machineId, name);
    }
    return dead.length;
  };

  return {
    get,
    password,
    serverRestic,
    releaseDeadLocks,
    files: (machineId) => place.files(machineId),
    register,
    ensure: async (machine, signal) => {
      await register(machine);
      if ((await get(machine.id)).state === 'ready') return;
      const restic = await serverRestic(machine.id);
      // Made before, and the record of it lost: then it is there.
      if (!(await restic.exists(signal))) {
        try {
          await restic.init(signal);
        } catch (error) {
          // Another replica made it in the same moment.
          if (!(await restic.exists(signal))) throw error;
        }
      }
      await lightenKeys(place.files(machine.id), await password(machine.id), random, signal);
      await store.markReady(machine.id);
    },
    storageCredentialsFor: async ({ machineId, epoch, serverUrl }) => {
      const row = await get(machineId);
      if (epoch < row.epoch) throw new AppError('repository.epoch');
      await store.raiseEpoch(machineId, epoch);
      return grant(machineId, { id: machineId, epoch }, 'append', serverUrl);
    },
    readCredentialsFor: ({ machineId, holder, serverUrl }) => grant(machineId, holder, 'read', serverUrl),
    endReading: (machineId, holderId) => store.deleteReadGrants(machineId, holderId),
    raiseEpoch: async (machineId, epoch) => {
      await store.raiseEpoch(machineId, epoch);
      await store.revokeGrants(machineId, clock.now(), epoch);
      await releaseDeadLocks(machineId);
    },
    revoke: async (machineId) => {
      await store.revokeGrants(machineId, clock.now());
      if ((await store.find(machineId)) !== undefined) await releaseDeadLocks(machineId);
    },
  };
};
