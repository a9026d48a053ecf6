import { LaunchRefused, type Launch } from '../executor.ts';

export interface RunPaths {
  readonly work: string;
  readonly output: string;
  readonly tmp: string;
}

/** What every run has, before what its launch adds. */
export const baseEnvironment = (launch: Launch, paths: RunPaths): Record<string, string> => ({
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: paths.work,
  TMPDIR: paths.tmp,
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  DUMONT_RUN: launch.runId,
  DUMONT_ATTEMPT: String(launch.attempt),
  DUMONT_WORK: paths.work,
  DUMONT_OUTPUT: paths.output,
});

/** Names that a shell refuses to set (bash as `sh` has more of them than dash). */
const unsettable = new Set(['PPID', 'UID', 'EUID', 'SHELLOPTS', 'BASHOPTS', 'BASH_VERSINFO']);
const own = new Set(['DUMONT_RUN', 'DUMONT_ATTEMPT', 'DUMONT_WORK', 'DUMONT_OUTPUT']);

/** Linux refuses one argument or variable of more than 128 KiB (MAX_ARG_STRLEN), its final NUL included. */
const longestStringBytes = 131_071;

/** Throws `LaunchRefused` with what to change: everything that could not reach a process as it was given. */
export const checkLaunch = (launch: Launch): void => {
  const [program] = launch.command;
  if (program === '') throw new LaunchRefused('The command names no program');
  if (program.startsWith('-')) throw new LaunchRefused(`The program ${quoted(program)} starts with a dash`);
  launch.command.forEach((text, at) => checkText(text, at === 0 ? 'The program' : `Argument ${at}`));
  for (const [name, value] of Object.entries(launch.environment)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || unsettable.has(name)) {
      throw new LaunchRefused(`${quoted(name)} cannot be the name of an environment variable`);
    }
    if (own.has(name)) throw new LaunchRefused(`The environment variable ${name} is set by the executor`);
    checkText(`${name}=${value}`, `The environment variable ${name}`);
  }
  for (const { name } of launch.files) {
    if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{0,254}$/.test(name)) {
      throw new LaunchRefused(`${quoted(name)} cannot be the name of a file in the work folder`);
    }
  }
};

const checkText = (text: string, what: string): void => {
  if (text.includes('\0')) throw new LaunchRefused(`${what} holds a NUL character`);
  if (!text.isWellFormed()) throw new LaunchRefused(`${what} is not valid Unicode`);
  if (Buffer.byteLength(text) > longestStringBytes) {
    throw new LaunchRefused(`${what} is longer than the ${longestStringBytes} bytes that the system takes`);
  }
};

const quoted = (text: string): string => JSON.stringify(text.slice(0, 100));

/** A shell script that sets the variables. */
export const exportScript = (environment: Readonly<Record<string, string>>): string =>
  Object.entries(environment)
    .map(([name, value]) => `export ${name}=${shellQuote(value)}\n`)
    .join('');

export const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * True when every variable is one of ours, whose meaning to the loader and to the tools of the confinement is
 * known to be none. Any other (`LD_PRELOAD`, `GCONV_PATH`, `LANGUAGE`, ...) must not be seen by a program that
 * still has root's rights.
 */
export const isHarmlessToRoot = (launch: Launch): boolean =>
  Object.keys(launch.environment).every((name) => name.startsWith('DUMONT_'));
