import { ShellLost } from '../../snapshots/index.ts';
import { connect, type SshConnection } from './connection.ts';
import { SshError, type Address, type SshDeps, type SshTarget } from './target.ts';

export interface Probed {
  /** What the machine has shown: `ssh-ed25519 AAAA...`. */
  readonly hostKey: string;
  readonly milliseconds: number;
  readonly address: Address;
}

/**
 * Whether a machine can be used: it lets us in and answers a command. Rejects with `SshError`, or with the signal's
 * reason.
 */
export const probe = async (
  target: SshTarget,
  options: SshDeps & { readonly timeoutMs: number },
  signal: AbortSignal,
): Promise<Probed> => {
  const { clock, timeoutMs } = options;
  const startMs = clock.elapsedMs();
  await using connection = await connect(target, options, signal);
  const leftMs = Math.max(0, timeoutMs - (clock.elapsedMs() - startMs));
  await answer(connection, clock, leftMs, signal);
  return {
    hostKey: connection.hostKey,
    milliseconds: clock.elapsedMs() - startMs,
    address: connection.address,
  };
};

/** Who is late is told by `answer`. */
const beyondSeconds = 24 * 3600;

const answer = async (
  connection: SshConnection,
  clock: SshDeps['clock'],
  leftMs: number,
  signal: AbortSignal,
): Promise<void> => {
  const { host, port } = connection.address;
  const over = new AbortController();
  const answering = connection
    .run(['true'], { signal: over.signal, timeoutSeconds: beyondSeconds })
    .catch((error: unknown) => {
      if (!(error instanceof ShellLost)) throw error;
      throw new SshError('closed', `${host}:${port}: ${error.message}`, { cause: error });
    });
  const late = clock.sleep(leftMs, AbortSignal.any([signal, over.signal])).then((): never => {
    signal.throwIfAborted();
    throw new SshError('hung', `${host}:${port}: lets us in, but runs no command`);
  });
  try {
    const { code } = await Promise.race([answering, late]);
    if (code !== 0) throw new SshError('closed', `${host}:${port}: runs no command (exit code ${code})`);
  } finally {
    over.abort();
    late.catch(() => undefined);
    answering.catch(() => undefined);
  }
};
