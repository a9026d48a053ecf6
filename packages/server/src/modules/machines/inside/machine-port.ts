import { AppError } from '../../../kernel/errors.ts';
import type { Vault } from '../../../kernel/vault/vault.ts';
import { systemScope } from '../../../kernel/access/caller.ts';
import type { Machines as SnapshotMachines } from '../../snapshots/index.ts';
import type { MarketApi } from '../../market/index.ts';
import { whyNotOurs } from '../former.ts';
import { findListed } from '../listed.ts';
import { refOf } from '../machine-ref.ts';
import type { MachineRow, RentalRow } from '../machine.ts';
import type { MachineStore } from '../machine-store.ts';
import type { RentalStore } from '../rental-store.ts';
import type { SshConnection } from '../ssh/connection.ts';
import type { Connections } from '../ssh/connections.ts';
import { createMachineShell } from '../ssh/shell.ts';
import { SshError } from '../ssh/target.ts';
import { targetOf } from '../target.ts';
import { writeAuthorizedKeys, type KeysFor } from './authorized-keys.ts';
import { resticProgram, toolsFolder } from './layout.ts';
import { sshTargetOf } from './ssh-target.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export interface Inside {
  /**
   * The machine's present connection, shared. Throws `machine.unreachable`, and where it is not ours by the books
   * `machine.former` or `machine.of_others`: what they say of it may be older than its files.
   */
  enter(machine: MachineRow, signal: AbortSignal): Promise<SshConnection>;
  /** Where programs in the machine reach this server: its public address, or the end of a tunnel. */
  serverUrl(connection: SshConnection): Promise<{ readonly url: string } & AsyncDisposable>;
}

export const createInside = (deps: {
  readonly vault: Vault;
  readonly market: Pick<MarketApi, 'findListing' | 'installationId' | 'formerInstallationIds'>;
  readonly rentals: RentalStore;
  readonly connections: Connections;
  readonly publicUrl: string | undefined;
  /** Where this process takes requests; undefined where it takes none. */
  localAddress(): { readonly host: string; readonly port: number } | undefined;
}): Inside => ({
  enter: async (machine, signal) => {
    const rental: RentalRow | undefined =
      machine.rental_id === null ? undefined : await deps.rentals.find(machine.rental_id);
    // Without a key that it must show, anybody in between could pass for it: `entering` takes its key down first.
    if (rental?.state !== 'usable' || rental.host_key === null) throw new AppError('machine.unreachable');
    const error = whyNotOurs(deps.market, rental);
    if (error !== undefined) throw error;
    const listed = findListed(await deps.market.findListing(rental.account_id), rental);
    const target = targetOf(machine, rental, listed);
    try {
      return await deps.connections.use(machine.id, await sshTargetOf(deps.vault, machine, target), signal);
    } catch (error) {
      if (error instanceof SshError) throw new AppError('machine.unreachable', {}, { cause: error });
      throw error;
    }
  },
  serverUrl: async (connection) => {
    if (deps.publicUrl !== undefined)
      return { url: deps.publicUrl, [Symbol.asyncDispose]: async () => undefined };
    const address = deps.localAddress();
    if (address === undefined) throw new AppError('machine.unreachable');
    const forward = await connection.forwardIn(address);
    return {
      url: `http://127.0.0.1:${forward.port}`,
      [Symbol.asyncDispose]: () => forward[Symbol.asyncDispose](),
    };
  },
});

/** Machines as module snapshots works in them. */
export const createMachinePort = (deps: {
  readonly machines: MachineStore;
  readonly inside: Inside;
  readonly keysFor: KeysFor;
}): SnapshotMachines => ({
  find: async (instanceId) => {
    if (!uuid.test(instanceId)) return undefined;
    const machine = await deps.machines.find(systemScope, instanceId);
    return machine === undefined || machine.state === 'destroyed' ? undefined : refOf(machine);
  },
  checkRunning: async (machineId) => {
    const machine = await deps.machines.find(systemScope, machineId);
    if (machine === undefined) throw new AppError('machine.not_found');
    if (machine.state !== 'running')
      throw new AppError('machine.state', { state: machine.state, action: 'sync' });
  },
  open: async (machineId, signal) => {
    const machine = await deps.machines.find(systemScope, machineId);
    if (machine === undefined) throw new AppError('machine.unreachable');
    await using stack = new AsyncDisposableStack();
    const connection = stack.use(await deps.inside.enter(machine, signal));
    const server = stack.use(await deps.inside.serverUrl(connection));
    const all = stack.move();
    return {
      machine: refOf(machine),
      shell: createMachineShell(connection, toolsFolder),
      serverUrl: server.url,
      resticProgram,
      letIn: async () => {
        await writeAuthorizedKeys(connection, await deps.keysFor(machine), signal);
      },
      [Symbol.asyncDispose]: () => all.disposeAsync(),
    };
  },
});
