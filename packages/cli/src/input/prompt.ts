import { CliError, interruption, usageError } from '../failure.ts';
import type { Host } from '../host.ts';

/** Questions go to stderr, so that stdout stays what a script reads. */

const needsTerminal = (host: Host, instead: string): void => {
  if (host.stdin.isTTY !== true) throw usageError(`There is no terminal to ask at. ${instead}`);
};

const enterKeys = ['\r', '\n', '\u0004'];
const interruptKey = '\u0003';
const eraseKeys = ['\u007f', '\b'];
const eraseAllKey = '\u0015';

/** What one more key makes of the line. */
const typeInto = (typed: readonly string[], key: string): readonly string[] => {
  if (eraseKeys.includes(key)) return typed.slice(0, -1);
  if (key === eraseAllKey) return [];
  return key < ' ' ? typed : [...typed, key];
};

/** Asks and reads to the end of the line. A hidden one needs the terminal raw: then its editing is ours. */
const readLine = (host: Host, question: string, hidden: boolean): Promise<string> => {
  const { stdin } = host;
  // Before the question: who types the moment that it appears would be shown otherwise.
  if (hidden) stdin.setRawMode?.(true);
  stdin.setEncoding('utf8');
  host.stderr.write(question);
  return new Promise<string>((resolve, reject) => {
    let typed: readonly string[] = [];
    const finish = (settle: () => void): void => {
      stdin.off('data', onData);
      stdin.off('end', onEnd);
      host.interrupted.removeEventListener('abort', onEnd);
      if (hidden) stdin.setRawMode?.(false);
      stdin.pause();
      settle();
    };
    const onEnd = (): void => finish(() => reject(interruption()));
    const onData = (chunk: string): void => {
      // Arrow and function keys come as escape sequences; none belongs into an answer.
      // oxlint-disable-next-line no-control-regex -- ESC starts the sequences that are dropped
      const keys = Array.from(chunk.replaceAll(/\u001b(\[[0-9;]*[A-Za-z~]|O[A-Za-z])?/g, ''));
      for (const [index, key] of keys.entries()) {
        if (key === interruptKey) return finish(() => reject(interruption()));
        if (enterKeys.includes(key)) {
          return finish(() => {
            // What was pasted after the line answers the next question.
            const rest = keys.slice(index + 1).join('');
            if (rest !== '') stdin.unshift(rest, 'utf8');
            resolve(typed.join(''));
          });
        }
        typed = typeInto(typed, key);
      }
    };
    stdin.on('data', onData);
    stdin.on('end', onEnd);
    host.interrupted.addEventListener('abort', onEnd);
    stdin.resume();
  });
};

/** One visible line. `instead` says which option answers without a terminal. */
export const askLine = async (host: Host, question: string, instead: string): Promise<string> => {
  needsTerminal(host, instead);
  try {
    return (await readLine(host, question, false)).trim();
  } catch (error) {
    host.stderr.write('\n');
    throw error;
  }
};

/** A line that is not shown while it is typed. */
export const askSecret = async (host: Host, question: string, instead: string): Promise<string> => {
  needsTerminal(host, instead);
  try {
    return await readLine(host, question, true);
  } finally {
    host.stderr.write('\n');
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
