import { connect } from 'node:net';

const timeoutMs = 2000;

/** Asks a running HAProxy by its admin socket. Rejects where nobody answers. */
export const askHaproxy = (socketPath: string, command: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ path: socketPath, timeout: timeoutMs });
    let answer = '';
    socket.once('timeout', () => socket.destroy(new Error('HAProxy does not answer')));
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    socket.once('error', reject);
    socket.once('end', () => resolve(answer));
    socket.end(`${command}\n`);
  });

/** The answer to `show stat`: one line for each frontend, backend and server, by the names of its columns. */
export const readStatistics = (text: string): Readonly<Record<string, string>>[] => {
  const [header = '', ...lines] = text.trim().split('\n');
  const names = header.replace(/^# /, '').split(',');
  return lines
    .filter((line) => line.includes(','))
    .map((line) => {
      const values = line.split(',');
      return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
    });
};
