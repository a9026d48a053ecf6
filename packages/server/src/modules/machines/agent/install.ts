import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { AppError } from '../../../kernel/errors.ts';
import { agentConfigFile, toolsFolder } from '../inside/layout.ts';
import type { SshConnection } from '../ssh/connection.ts';
import type { Program, Programs } from './programs.ts';
import { onStartFile, onStartLine, startFile, startScript } from './start-script.ts';

export interface InstallSetup {
  readonly machine: { readonly id: string };
  readonly epoch: number;
  readonly agentToken: string;
}

export type Install = (connection: SshConnection, setup: InstallSetup, signal: AbortSignal) => Promise<void>;

const askSeconds = 60;
const sendSeconds = 600;

const hashFunction = `sum_of() {
  [ -f "$1" ] || return 0
  { sha256sum "$1" 2>/dev/null || openssl dgst -sha256 -r "$1" 2>/dev/null; } | { read -r sum rest; printf '%s' "$sum"; }
}`;

/** Leftovers of an attempt that broke off go first. */
const lookScript = `umask 077
mkdir -p ${toolsFolder} && rm -f ${toolsFolder}/*.part
echo "system $(uname -s)"
echo "hardware $(uname -m)"
command -v gzip >/dev/null && echo "gzip yes"
${hashFunction}
for name in "$@"; do echo "sum $name $(sum_of ${toolsFolder}/$name)"; done`;

/** Whole and with the right bytes, or not at all. */
const receiveScript = `umask 077
${hashFunction}
gzip -dc > "$1.part" || exit 1
found=$(sum_of "$1.part")
if [ "$found" != "$3" ]; then rm -f "$1.part"; echo "other bytes have arrived: $found" >&2; exit 1; fi
chmod "$2" "$1.part" && mv -f "$1.part" "$1"`;

const hookScript = `grep -qxF -- "$2" "$1" 2>/dev/null && exit 0
[ -e "$1" ] || printf '#!/bin/sh\\n' > "$1" || exit 1
printf '\\n%s\\n' "$2" >> "$1" && chmod u+x "$1"`;

interface Found {
  readonly system: string;
  readonly hardware: string;
  readonly hasGzip: boolean;
  readonly sums: ReadonlyMap<string, string>;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const parseFound = (lines: readonly string[]): Found => {
  const words = lines.map((line) => line.trim().split(' '));
  const valueOf = (name: string): string => words.find(([first]) => first === name)?.[1] ?? '';
  return {
    system: valueOf('system'),
    hardware: valueOf('hardware'),
    hasGzip: valueOf('gzip') === 'yes',
    sums: new Map(words.flatMap(([first, name = '', sum = '']) => (first === 'sum' ? [[name, sum]] : []))),
  };
};

/**
 * Puts the agent with what it needs into a machine, and starts it: it goes on when the connection ends, and comes back
 * with its container. What is there already is not sent again. May be called at any time; does not wait for a beat.
 * Throws `machine.internal` where the machine cannot run it, `SshError` or `ShellLost` where it cannot be reached.
 */
export const createInstall = (deps: {
  readonly programs: Programs;
  /** The address that machines reach this server by; undefined: each has a tunnel, see `tunnels.ts`. */
  readonly publicUrl: string | undefined;
}): Install => {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new AppError('machine.internal', { reason }, { cause });
  };

  const ask = async (
    connection: SshConnection,
    script: string,
    args: readonly string[],
    signal: AbortSignal,
    stdin?: ReturnType<typeof createReadStream>,
  ): Promise<string[]> => {
    const out: string[] = [];
    const err: string[] = [];
    const { code } = await connection.run(['/bin/sh', '-c', script, 'sh', ...args], {
      ...(stdin === undefined ? {} : { stdin }),
      onStdout: (line) => out.push(line),
      onStderr: (line) => err.push(line),
      signal,
      timeoutSeconds: stdin === undefined ? askSeconds : sendSeconds,
    });
    signal.throwIfAborted();
    if (code !== 0)
      refuse(`the agent could not be put on it: ${err.slice(-3).join(' ') || `exit code ${code}`}`);
    return out;
  };

  const send = async (connection: SshConnection, program: Program, signal: AbortSignal): Promise<void> => {
    const { name, mode, sha256: hash, compressed } = program;
    const args = [`${toolsFolder}/${name}`, mode.toString(8), hash];
    await ask(connection, receiveScript, args, signal, createReadStream(compressed));
  };

  return async (connection, { machine, epoch, agentToken }, signal) => {
    const names = ['agent.mjs', 'node', 'restic', 'start.sh', 'agent.json'];
    const found = parseFound(await ask(connection, lookScript, names, signal));
    const programs = await deps.programs
      .list(found.system, found.hardware)
      .catch((error: unknown) => refuse(error instanceof Error ? error.message : String(error), error));
    const missing = programs.filter(({ name, sha256: hash }) => found.sums.get(name) !== hash);
    if (missing.length > 0 && !found.hasGzip) refuse('it has no gzip to unpack the agent with');
    await Promise.all(missing.map((program) => send(connection, program, signal)));
    if (missing.some(({ name }) => name === 'node'))
      await ask(connection, `${toolsFolder}/node --version`, [], signal);

    const config = JSON.stringify({
      // None: by the tunnel, whose keeper tells the port in a file of its own.
      url: deps.publicUrl ?? null,
      token: agentToken,
      instance_id: machine.id,
      epoch,
    });
    const texts = [
      ['start.sh', startFile, startScript, 0o755],
      ['agent.json', agentConfigFile, config, 0o600],
    ] as const;
    for (const [name, path, text, mode] of texts)
      if (found.sums.get(name) !== sha256(text)) await connection.putFile(path, Buffer.from(text), mode);
    await ask(connection, hookScript, [onStartFile, onStartLine], signal);
    await ask(connection, startFile, [], signal);
  };
};
