import { Readable } from 'node:stream';
import { ShellLost, type MachineShell, type ShellExit } from '../../snapshots/index.ts';
import { endProgram } from './end-program.ts';
import { feed } from './feed.ts';
import { readOutput } from './output.ts';
import { readScript, writeRunScript } from './script.ts';
import type { Sessions } from './sessions.ts';
import type { SshDeps } from './target.ts';

const neverStarted: ShellExit = { code: null, signal: 'SIGTERM' };

/** Runs programs in a machine, see `MachineShell.run`. */
export const createRun =
  ({ sessions, clock, random }: SshDeps & { readonly sessions: Sessions }): MachineShell['run'] =>
  async (command, { environment = {}, stdin, onStdout, onStderr, signal, timeoutSeconds }) => {
    const mark = `dumont-${random.secret(12)}`;
    const script = writeRunScript(command, environment, mark);
    const input = typeof stdin === 'string' ? Readable.from([Buffer.from(stdin)]) : stdin;
    const over = new AbortController();
    const stop = new AbortController();
    /** Of the input, or of who listens to the output. */
    let failure: { readonly error: unknown } | undefined;
    const fail = (error: unknown): void => {
      failure ??= { error };
      stop.abort();
    };
    try {
      void clock
        .sleep(timeoutSeconds * 1000, AbortSignal.any([signal, over.signal]))
        .then(() => stop.abort());
      if (signal.aborted) return neverStarted;
      const channel = await sessions.open(readScript, stop.signal).catch((error: unknown) => {
        if (stop.signal.aborted) return undefined;
        throw new ShellLost('the machine takes no program', { cause: error });
      });
      if (channel === undefined) return neverStarted;
      const output = readOutput(channel, mark, { onStdout, onStderr, onFailure: fail });
      let ending: Promise<void> | undefined;
      const end = (): void => void (ending ??= endProgram({ sessions, clock }, channel, output));
      stop.signal.addEventListener('abort', end);
      if (stop.signal.aborted) end();
      channel.write(script);
      feed(channel, input, over.signal).catch(fail);
      try {
        const exit = await output.ended;
        // Half of its input must not look like the whole to it, nor what it made of that to us.
        if (failure === undefined) return exit;
      } finally {
        stop.signal.removeEventListener('abort', end);
        over.abort();
        channel.close();
        await ending;
      }
      throw failure.error;
    } finally {
      over.abort();
      input?.destroy();
    }
  };
