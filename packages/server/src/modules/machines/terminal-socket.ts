import type { FastifyInstance } from 'fastify';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { Authenticator } from '../../kernel/access/authenticator.ts';
import { demand, type Caller } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import { authenticateSocket, closeWhenRevoked } from '../../kernel/events/socket.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Inside } from './inside/machine-port.ts';
import type { MachineRow } from './machine.ts';
import type { MachineRequests } from './requests.ts';
import type { Terminal } from './ssh/terminal.ts';
import { SshError } from './ssh/target.ts';

const Size = z.strictObject({
  type: z.literal('resize'),
  columns: z.number().int().min(2).max(1000),
  rows: z.number().int().min(2).max(1000),
});

const firstSize = { columns: 80, rows: 24, term: 'xterm-256color' };
/** Beyond it the program in the machine waits until the browser has read. */
const maxBufferedBytes = 1_048_576;
const drainMs = 20;
/** A paste is larger than what is typed. */
const maxInputBytes = 65_536;
const enterMs = 20_000;
const maxEarlyFrames = 1000;

interface TerminalDeps {
  readonly authenticator: Authenticator;
  readonly publicUrl: string | undefined;
  readonly requests: MachineRequests;
  readonly inside: Inside;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What is shown goes to the browser no faster than it reads. */
const show = async (socket: WebSocket, terminal: Terminal, clock: Clock): Promise<void> => {
  for await (const chunk of terminal.readable) {
    if (socket.readyState !== socket.OPEN) return;
    socket.send(chunk as Buffer, { binary: true });
    while (socket.bufferedAmount > maxBufferedBytes && socket.readyState === socket.OPEN)
      await clock.sleep(drainMs);
  }
};

const take = (terminal: Terminal, data: Buffer, isBinary: boolean): void => {
  if (isBinary) {
    if (data.length <= maxInputBytes) void terminal.write(data);
    return;
  }
  const size = Size.safeParse(parse(data.toString()));
  if (size.success) terminal.resize(size.data.columns, size.data.rows);
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const serve = async (socket: WebSocket, machine: MachineRow, deps: TerminalDeps): Promise<void> => {
  const over = new AbortController();
  socket.once('close', () => over.abort());
  const late = new AbortController();
  void deps.clock.sleep(enterMs, over.signal).then(() => late.abort());
  // What is typed while the machine is entered is not lost.
  const early: { data: Buffer; isBinary: boolean }[] = [];
  const opened: { terminal?: Terminal } = {};
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (opened.terminal !== undefined) take(opened.terminal, data, isBinary);
    else if (early.length < maxEarlyFrames) early.push({ data, isBinary });
  });
  await using connection = await deps.inside.enter(machine, AbortSignal.any([over.signal, late.signal]));
  const terminal = await connection.openTerminal(firstSize);
  for (const { data, isBinary } of early) take(terminal, data, isBinary);
  opened.terminal = terminal;
  socket.once('close', () => terminal.close());
  await show(socket, terminal, deps.clock);
  const exit = await terminal.exited;
  if (socket.readyState === socket.OPEN) {
    socket.send(JSON.stringify({ type: 'exit', code: exit?.code ?? null }));
    socket.close(1000);
  }
};

const refuse = (socket: WebSocket, error: unknown, log: Logger): void => {
  const known = error instanceof AppError ? error : undefined;
  if (known === undefined && !(error instanceof SshError)) log.warn({ error }, 'a terminal failed');
  if (socket.readyState !== socket.OPEN) return;
  const { code, message } = known ?? new AppError('machine.unreachable');
  socket.send(JSON.stringify({ type: 'error', code, message }));
  socket.close(4409, code);
};

/**
 * A terminal of a machine: WebSocket `/api/v1/instances/{id}/terminal`, opened with a ticket or a bearer token.
 * Binary frames are what is typed and shown; text frames are JSON: `resize` from the client, `exit` and `error` to it.
 */
export const serveTerminals = (app: FastifyInstance, deps: TerminalDeps): void => {
  const machineFor = async (caller: Caller, id: string): Promise<MachineRow> => {
    const machine = await deps.requests.getVisible(caller, id);
    demand(caller, 'machines:enter', { projectId: machine.project_id, ownerId: machine.owner_id });
    return machine;
  };
  const machines = new WeakMap<object, MachineRow>();
  app.route<{ Params: { id: string } }>({
    method: 'GET',
    url: '/api/v1/instances/:id/terminal',
    preValidation: async (request) => {
      const caller = await authenticateSocket(request, deps);
      request.caller = caller;
      const id = z.uuid().safeParse(request.params.id);
      if (!id.success) throw new AppError('machine.not_found');
      machines.set(request, await machineFor(caller, id.data));
    },
    handler: async () => {
      throw new AppError('request.malformed', { reason: 'this address speaks WebSocket' });
    },
    wsHandler: (socket, request) => {
      const machine = machines.get(request);
      if (request.caller === undefined || machine === undefined) return socket.close(4401);
      closeWhenRevoked(socket, request.caller, deps);
      void serve(socket, machine, deps).catch((error: unknown) => refuse(socket, error, deps.log));
      return undefined;
    },
  });
};
