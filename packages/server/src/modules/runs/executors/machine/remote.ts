import { ShellLost, type SshConnection } from '../../../machines/index.ts';

export interface Said {
  readonly code: number;
  readonly lines: readonly string[];
  readonly errors: string;
}

/**
 * Runs a script of ours in a machine, by stdin: no list of processes shows it. Rejects `ShellLost` when the connection
 * breaks or the script was ended.
 */
export const runScript = async (
  connection: Pick<SshConnection, 'run'>,
  script: string,
  options: {
    readonly signal: AbortSignal;
    readonly timeoutSeconds: number;
    readonly onLine?: (line: string) => void;
  },
): Promise<Said> => {
  const lines: string[] = [];
  const errors: string[] = [];
  const exit = await connection.run(['/bin/sh'], {
    stdin: script,
    onStdout: options.onLine ?? ((line) => lines.push(line)),
    onStderr: (line) => errors.push(line),
    signal: options.signal,
    timeoutSeconds: options.timeoutSeconds,
  });
  if (exit.code === null) throw new ShellLost(`a script in the machine was ended by ${exit.signal}`);
  return { code: exit.code, lines, errors: errors.slice(-5).join(' ') };
};

/** What a script wrote by way of base64. */
export const bytesOf = ({ lines }: Said): Buffer =>
  Buffer.concat(lines.map((line) => Buffer.from(line, 'base64')));
