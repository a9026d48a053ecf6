import { posix } from 'node:path';
import { Readable } from 'node:stream';
import type { MachineShell } from '../../snapshots/index.ts';
import type { SshDeps } from './target.ts';

const timeoutSeconds = 3600;

/** Beside its place, with nobody else's eyes on it, and counted: a broken connection looks like an end to `cat`. */
const write = 'mkdir -p -- "$1" && umask 077 && cat > "$2" && chmod "$3" "$2" && wc -c < "$2"';
const publish = 'if [ -d "$2" ]; then echo "$2 is a folder" >&2; exit 1; fi; mv -f -- "$1" "$2"';

/** Puts files into a machine, see `MachineShell.putFile`. Needs no SFTP, which many images lack. */
export const createPutFile =
  ({ run, random }: Pick<SshDeps, 'random'> & Pick<MachineShell, 'run'>): MachineShell['putFile'] =>
  async (path, content, mode) => {
    const aside = `${path}.${random.id()}.part`;
    const input = Buffer.isBuffer(content) ? Readable.from([content]) : content;
    let sizeBytes = 0;
    const counted = Readable.from(countBytes(input, (bytes) => (sizeBytes += bytes)));
    const script = async (text: string, args: readonly string[], stdin?: Readable): Promise<string> => {
      const out: string[] = [];
      const err: string[] = [];
      const exit = await run(['/bin/sh', '-c', text, 'sh', ...args], {
        ...(stdin === undefined ? {} : { stdin }),
        onStdout: (line) => out.push(line),
        onStderr: (line) => err.push(line),
        signal: new AbortController().signal,
        timeoutSeconds,
      });
      if (exit.code !== 0) throw new Error(`${path} could not be written: ${err.slice(-3).join(' ')}`);
      return out.join('');
    };
    try {
      const arrived = Number(await script(write, [posix.dirname(path), aside, mode.toString(8)], counted));
      if (arrived !== sizeBytes)
        throw new Error(`${path} could not be written: ${arrived} of ${sizeBytes} bytes arrived`);
      await script(publish, [aside, path]);
    } catch (error) {
      // Where it cannot be reached any more it stays, beside its place and not in it.
      await script('rm -f -- "$1"', [aside]).catch(() => undefined);
      throw error;
    }
  };

async function* countBytes(input: Readable, count: (bytes: number) => void): AsyncIterable<Buffer> {
  for await (const chunk of input) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Buffer);
    count(bytes.length);
    yield bytes;
  }
}
