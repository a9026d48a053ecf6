import type { Clock } from '../../../kernel/clock.ts';
import type { Random } from '../../../kernel/random.ts';
import type { Vault } from '../../../kernel/vault/vault.ts';
import { ShellLost } from '../../snapshots/index.ts';
import { savedPaths, type MachineRow, type RentalRow } from '../machine.ts';
import { NotReached, type Answered, type Reach, type ReachFailure, type Target } from '../ports.ts';
import { connect, type SshConnection } from '../ssh/connection.ts';
import type { Connections } from '../ssh/connections.ts';
import { isSameHostKey } from '../ssh/host-key.ts';
import { SshError, type SshFailure } from '../ssh/target.ts';
import { writeAuthorizedKeys, type KeysFor } from './authorized-keys.ts';
import { sshTargetOf } from './ssh-target.ts';

const connectMs = 8000;
const answerSeconds = 8;
const setUpSeconds = 60;

const failures: Readonly<Record<SshFailure, ReachFailure>> = {
  refused: 'ssh_refused',
  timeout: 'ssh_timeout',
  hung: 'ssh_hangs',
  auth: 'ssh_denied',
  host_key: 'wrong_host_key',
  closed: 'ssh_closed',
};

/** What went wrong with a connection, as the engine knows it. */
const reached = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof SshError) throw new NotReached(failures[error.failure], { cause: error });
    if (error instanceof ShellLost) throw new NotReached('ssh_closed', { cause: error });
    throw error;
  }
};

/**
 * The key that was shown must be one that the machine itself knows to be its own: somebody in between who lets
 * everybody in shows another. Where the image keeps its keys elsewhere the command answers nothing, and the first
 * one is taken as it is.
 */
const checkHostKey = async (connection: SshConnection, signal: AbortSignal): Promise<void> => {
  const keys: string[] = [];
  const { code } = await connection.run(['sh', '-c', 'cat /etc/ssh/ssh_host_*_key.pub 2>/dev/null; true'], {
    onStdout: (line) => keys.push(line),
    signal,
    timeoutSeconds: answerSeconds,
  });
  if (code !== 0) throw new NotReached('ssh_closed');
  const own = keys.filter((line) => line.trim() !== '');
  if (own.length > 0 && !own.some((key) => isSameHostKey(key, connection.hostKey)))
    throw new NotReached('wrong_host_key');
};

/** The same as `Reach`, over SSH. */
export const createSshReach = (deps: {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly random: Random;
  readonly connections: Connections;
  readonly keysFor: KeysFor;
  /** Puts the agent on a machine. */
  install(
    connection: SshConnection,
    setup: {
      readonly machine: MachineRow;
      readonly rental: RentalRow;
      readonly epoch: number;
      readonly agentToken: string;
    },
    signal: AbortSignal,
  ): Promise<void>;
}): Reach => {
  const use = async (target: Target, signal: AbortSignal): Promise<SshConnection> => {
    if (target.addresses.length === 0) throw new NotReached('ssh_timeout');
    return reached(
      deps.connections.use(target.machine.id, await sshTargetOf(deps.vault, target.machine, target), signal),
    );
  };
  return {
    probe: async (target, signal): Promise<Answered> => {
      if (target.addresses.length === 0) throw new NotReached('ssh_timeout');
      const ssh = await sshTargetOf(deps.vault, target.machine, target);
      await using connection = await reached(connect(ssh, { ...deps, timeoutMs: connectMs }, signal));
      await reached(checkHostKey(connection, signal));
      return { hostKey: connection.hostKey, address: connection.address };
    },
    setUp: async (target, setup, signal) => {
      await using connection = await use(target, signal);
      const { code } = await reached(
        connection.run(['mkdir', '-p', ...savedPaths], { signal, timeoutSeconds: setUpSeconds }),
      );
      const keys = await deps.keysFor(target.machine);
      if (code !== 0 || !(await reached(writeAuthorizedKeys(connection, keys, signal))))
        throw new NotReached('ssh_closed');
      await reached(deps.install(connection, { machine: target.machine, ...setup }, signal));
    },
    quiesce: async (target, signal) => {
      await using connection = await use(target, signal);
      await reached(connection.run(['sync'], { signal, timeoutSeconds: setUpSeconds }));
    },
  };
};
