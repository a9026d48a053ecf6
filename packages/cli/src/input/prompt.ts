import { createInterface } from 'node:readline/promises';
import { CliError, interruption, usageError } from '../failure.ts';
import type { Host } from '../host.ts';

/** Questions go to stderr, so that stdout stays what a script reads. */

const needsTerminal = (host: Host, instead: string): void => {
  if (host.stdin.isTTY !== true) throw usageError(`There is no terminal to ask at. ${instead}`);
};

/** One visible line. `instead` says which option answers without a terminal. */
export const askLine = async (host: Host, question: string, instead: string): Promise<string> => {
  needsTerminal(host, instead);
  const reader = createInterface({ input: host.stdin, output: host.stderr, terminal: true });
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, host.interrupted]);
  // In a terminal's line mode Ctrl-C and Ctrl-D come to the reader, not to the process.
  reader.on('SIGINT', () => ended.abort());
  reader.on('close', () => ended.abort());
  try {
    return (await reader.question(question, { signal })).trim();
  } catch (error) {
    if (signal.aborted) {
      host.stderr.write('\n');
      throw interruption();
    }
    throw error;
  } finally {
    reader.close();
  }
};

const enterKeys = ['\r', '\n', '\u0004'];
const interruptKey = '\u0003';
const eraseKeys = ['\u007f', '\b'];
const eraseAllKey = '\u0015';

/** What one more key makes of the secret. */
const typeInto = (secret: readonly string[], key: string): readonly string[] => {
  if (eraseKeys.includes(key)) return secret.slice(0, -1);
  if (key === eraseAllKey) return [];
  return key < ' ' ? secret : [...secret, key];
};

/** A line that is not shown while it is typed. */
export const askSecret = async (host: Host, question: string, instead: string): Promise<string> => {
  needsTerminal(host, instead);
  const { stdin, stderr } = host;
  stderr.write(question);
  stdin.setRawMode?.(true);
  stdin.setEncoding('utf8');
  stdin.resume();
  try {
    return await new Promise<string>((resolve, reject) => {
      let secret: readonly string[] = [];
      const finish = (settle: () => void): void => {
        stdin.off('data', onData);
        stdin.off('end', onEnd);
        host.interrupted.removeEventListener('abort', onEnd);
        settle();
      };
      const onEnd = (): void => finish(() => reject(interruption()));
      const onData = (chunk: string): void => {
        // Arrow and function keys come as escape sequences; none belongs into a password.
        // oxlint-disable-next-line no-control-regex -- ESC starts the sequences that are dropped
        const keys = Array.from(chunk.replaceAll(/\u001b(\[[0-9;]*[A-Za-z~]|O[A-Za-z])?/g, ''));
        for (const [index, key] of keys.entries()) {
          if (enterKeys.includes(key)) {
            // What was pasted after the line answers the next question.
            const rest = keys.slice(index + 1).join('');
            return finish(() => {
              // A flowing stream would hand it to nobody.
              stdin.pause();
              if (rest !== '') stdin.unshift(rest, 'utf8');
              resolve(secret.join(''));
            });
          }
          if (key === interruptKey) return finish(() => reject(interruption()));
          secret = typeInto(secret, key);
        }
      };
      stdin.on('data', onData);
      stdin.on('end', onEnd);
      host.interrupted.addEventListener('abort', onEnd);
    });
  } finally {
    stdin.setRawMode?.(false);
    stdin.pause();
    stderr.write('\n');
  }
};

/** Everything on stdin, without the line break at its end: `--password-stdin`. */
export const readSecretFromStdin = async (host: Host): Promise<string> => {
  host.stdin.setEncoding('utf8');
  let text = '';
  for await (const chunk of host.stdin) {
    text += String(chunk);
    if (text.length > 100_000) throw usageError('What came on stdin is too long for a secret.');
  }
  const secret = text.replace(/\r?\n$/, '');
  if (secret === '') throw usageError('Nothing came on stdin.');
  return secret;
};

/** Asks before something that cannot be taken back. Throws when the answer is not yes. */
export const confirm = async (
  host: Host,
  consequence: string,
  options: { yes?: boolean | undefined },
): Promise<void> => {
  if (options.yes === true) return;
  const answer = await askLine(
    host,
    `${consequence} Go on? [y/N] `,
    `Say --yes if this is meant: ${consequence}`,
  );
  if (!/^y(es)?$/i.test(answer)) throw new CliError('cli.declined', 'Nothing was done.');
};
