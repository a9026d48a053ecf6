import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import type { PseudoTtyInfo, ServerChannel, Session } from 'ssh2';
import type { Container, Environment } from './container.ts';

export interface SessionOptions {
  readonly container: Container;
  readonly environment: Environment;
}

/** Where Debian puts it; a machine sees the same place. */
const sftpServer = '/usr/lib/openssh/sftp-server';

/** Signals a program in the machine: what we started is only the way in, its child is the program. */
const signalInside = async (pid: number | undefined, signal: string): Promise<void> => {
  if (pid === undefined) return;
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  for (const inside of children.trim().split(' ').filter(Boolean)) {
    try {
      process.kill(Number(inside), `SIG${signal}` as NodeJS.Signals);
    } catch {
      // It ended meanwhile, or the name is none.
    }
  }
};

/** Names of signals go over SSH without their SIG. */
const endChannel = (channel: ServerChannel, code: number | null, signal: string | null): void => {
  if (channel.destroyed) return;
  if (signal === null) channel.exit(code ?? 0);
  else channel.exit(signal.replace(/^SIG/, ''));
  channel.end();
};

const joinPipes = (child: ChildProcess, channel: ServerChannel): void => {
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('a program without pipes');
  // The program may end before it has read everything.
  stdin.on('error', () => undefined);
  channel.on('error', () => undefined);
  channel.pipe(stdin);
  stdout.pipe(channel, { end: false });
  stderr.pipe(channel.stderr, { end: false });
  child.on('error', () => endChannel(channel, 255, null));
  // After the last byte: an exit that overtakes the output cuts it off.
  child.on('close', (code, signal) => endChannel(channel, code, signal));
};

/** Serves one session: one command, shell or subsystem, with or without a terminal. */
export const serveSession = (session: Session, { container, environment }: SessionOptions): void => {
  let terminal: PseudoTtyInfo | undefined;
  let sent: Record<string, string> = {};
  let resize: ((columns: number, rows: number) => void) | undefined;
  let signal: ((name: string) => void) | undefined;

  const run = (channel: ServerChannel, argv: readonly string[]): void => {
    const env = { ...environment, ...sent };
    if (terminal === undefined) {
      const child = container.run(argv, env);
      signal = (name) => void signalInside(child.pid, name);
      joinPipes(child, channel);
      return;
    }
    const { cols, rows, term } = terminal as PseudoTtyInfo & { readonly term?: string };
    const pty = container.runInTerminal(argv, env, {
      columns: cols > 0 ? cols : 80,
      rows: rows > 0 ? rows : 24,
      term: term === undefined || term === '' ? 'xterm' : term,
    });
    resize = (columns, lines) => {
      if (columns > 0 && lines > 0) pty.resize(columns, lines);
    };
    signal = (name) => pty.kill(`SIG${name}`);
    pty.onData((data) => channel.write(data));
    // A letter may come in two parts.
    const letters = new StringDecoder('utf8');
    channel.on('data', (data: Buffer) => pty.write(letters.write(data)));
    channel.on('error', () => undefined);
    let isOver = false;
    pty.onExit(({ exitCode, signal: number }) => {
      isOver = true;
      endChannel(channel, exitCode, number === undefined || number === 0 ? null : 'HUP');
    });
    channel.on('close', () => {
      // What makes the terminal in the machine ignores HUP. Without it the kernel hangs up on who has the terminal.
      if (!isOver) void signalInside(pty.pid, 'KILL');
    });
  };

  session.on('pty', (accept, _reject, info) => {
    terminal = info;
    accept();
  });
  session.on('window-change', (accept, _reject, { cols, rows }) => {
    resize?.(cols, rows);
    accept?.();
  });
  session.on('env', (accept, _reject, { key, val }) => {
    if (/^(LANG|LC_\w+|TERM|COLORTERM)$/.test(key)) sent = { ...sent, [key]: val };
    accept?.();
  });
  session.on('signal', (accept, _reject, { name }) => {
    signal?.(name);
    accept?.();
  });
  session.on('exec', (accept, _reject, { command }) => run(accept(), ['/bin/bash', '-c', command]));
  session.on('shell', (accept) => run(accept(), ['/bin/bash', '-l']));
  session.on('subsystem', (accept, reject, { name }) => {
    // Accepted at once: what the client sends before that is lost.
    if (name === 'sftp' && existsSync(sftpServer)) run(accept(), [sftpServer]);
    else reject();
  });
};
