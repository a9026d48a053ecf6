import type { Clock } from '../../../kernel/clock.ts';
import { startLeasedWorker, type Lease, type LeasedWorker } from '../../../kernel/lease/leased-worker.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { Random } from '../../../kernel/random.ts';
import { agentConfigFile, tunnelPortFile } from '../inside/layout.ts';
import type { SshConnection } from '../ssh/connection.ts';
import type { Forward } from '../ssh/forwards.ts';
import { SshError, type Address } from '../ssh/target.ts';
import { startFile } from './start-script.ts';
import type { TunnelRow, TunnelStore } from './tunnel-store.ts';

const pollMs = 2000;
/** A machine that another rental took the place of is left within this time. */
const lookMs = 10_000;
/** After a connection broke, and for as long as an agent is being put there. */
const againMs = 5000;
/** A machine that does not let us in is tried less and less often: thousands of them must not be all that we do. */
const longestAgainMs = 120_000;
const askSeconds = 30;
/** Each is an SSH connection, and idle but for a beat each half minute. */
const concurrency = 2000;

/** Fails while there is no agent, and where it reaches the server by itself. */
const readPortScript = `grep -q '"url":null' ${agentConfigFile} || exit 1
cat ${tunnelPortFile} 2>/dev/null || echo 0`;
/** Aside and moved: the agent may read it at any moment. Another port is another configuration: one with it takes over. */
const writePortScript = `umask 077
echo "$1" > ${tunnelPortFile}.part && mv -f ${tunnelPortFile}.part ${tunnelPortFile} && ${startFile}`;

/** The agent is not there yet, or reaches the server by itself. */
class NoAgent extends Error {}

const ask = async (
  connection: SshConnection,
  script: string,
  args: string[],
  signal: AbortSignal,
): Promise<string> => {
  const out: string[] = [];
  const { code } = await connection.run(['/bin/sh', '-c', script, 'sh', ...args], {
    onStdout: (line) => out.push(line),
    onStderr: () => undefined,
    signal,
    timeoutSeconds: askSeconds,
  });
  if (code !== 0) throw new NoAgent();
  return out.join('').trim();
};

/** Where it was before, so that the agent goes on; on another port of the machine when that is taken. */
const openPort = async (connection: SshConnection, to: Address, signal: AbortSignal): Promise<Forward> => {
  const before = Number(await ask(connection, readPortScript, [], signal));
  try {
    if (before > 0) return await connection.forwardIn(to, before);
  } catch (error) {
    if (!(error instanceof SshError) || error.failure !== 'refused') throw error;
  }
  const forward = await connection.forwardIn(to);
  await ask(connection, writePortScript, [String(forward.port)], signal);
  return forward;
};

/**
 * Keeps a way from each machine in charge to this server: one replica each, by an SSH connection that is made again
 * when it breaks. The machine listens on its own side only.
 */
export const startTunnels = (deps: {
  readonly store: TunnelStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** The machine's present connection, shared. */
  readonly enter: (machineId: string, signal: AbortSignal) => Promise<SshConnection>;
  /** Where this server takes requests. */
  readonly address: Address;
}): LeasedWorker => {
  const { store, clock, log } = deps;
  /** By rental: how often in a row it could not be entered. */
  const failures = new Map<string, number>();

  /** Until the connection ends, the machine is elsewhere, or the lease is lost. */
  const keep = async (row: TunnelRow, signal: AbortSignal): Promise<void> => {
    await using connection = await deps.enter(row.id, signal);
    failures.delete(row.rentalId);
    await using forward = await openPort(connection, deps.address, signal);
    log.debug({ machineId: row.id, port: forward.port }, 'the tunnel of the machine is open');
    const over = new AbortController();
    const isOver = AbortSignal.any([signal, over.signal]);
    void connection.closed.then(() => over.abort());
    while (!isOver.aborted) {
      await clock.sleep(lookMs, isOver);
      if (!isOver.aborted && !(await store.isCurrent(row))) over.abort();
    }
  };

  const againAfter = (rentalId: string): number => {
    const count = failures.get(rentalId) ?? 0;
    return Math.min(longestAgainMs, againMs * 2 ** Math.min(count, 10)) * (1 + deps.random.float() / 4);
  };

  const work = async (row: TunnelRow, { token, signal }: Lease): Promise<void> => {
    // Taken back once it lets us in.
    failures.set(row.rentalId, (failures.get(row.rentalId) ?? 0) + 1);
    try {
      await keep(row, signal);
    } catch (error) {
      if (!signal.aborted && !(error instanceof NoAgent))
        log.debug({ error, machineId: row.id }, 'the tunnel of a machine is not open');
    }
    const now = clock.now().getTime();
    await store.release(row.id, token, new Date(now + againAfter(row.rentalId)));
    if (!(await store.isCurrent(row))) failures.delete(row.rentalId);
  };

  return startLeasedWorker(
    { name: 'tunnels', concurrency, pollMs, claim: store.claim, renew: store.renew, work },
    deps,
  );
};
