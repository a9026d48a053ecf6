import type { LogLine } from '@dumont/contracts/runs/logs';
import { finalStates, type Run } from '@dumont/contracts/runs/runs';
import { reaches, scopeOf, systemScope, type Caller } from '../../../kernel/access/caller.ts';
import type { Events } from '../../../kernel/events/events.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { RunsApi } from '../../runs/index.ts';
import { durationSeconds, toJobStatus, toLog, toProgress, toSystemStatus } from './wire.ts';

/** The WebSocket `/ws` of earlier clients: everything of all jobs that the caller may read, without subscribing. */
export interface CompatibleSocket {
  /** Sends messages until the function that it answers is called. */
  open(caller: Caller, send: (message: object) => void): () => void;
}

interface Owner {
  readonly projectId: string;
  readonly ownerId: string | null;
}

/** Jobs that have ended are remembered, because an event may come twice and `job_complete` must not. */
const maxRemembered = 1000;

export const createCompatibleSocket = (deps: {
  events: Pick<Events, 'subscribe'>;
  runs: Pick<RunsApi, 'listRunsByIds' | 'onLogLines'>;
  log: Logger;
}): CompatibleSocket => {
  const connections = new Set<{ caller: Caller; send: (message: object) => void }>();
  const sentParts = new Map<string, readonly string[]>();
  const completed = new Set<string>();
  const waiting = new Set<string>();
  let isReading = false;
  let stop: (() => void)[] = [];

  const broadcast = (owner: Owner, messages: readonly object[]): void => {
    if (messages.length === 0) return;
    for (const { caller, send } of connections) {
      if (reaches(scopeOf(caller, 'runs:read'), owner)) for (const message of messages) send(message);
    }
  };

  /** What of the run is news: systems that look different, and its end. */
  const messagesOf = (run: Run): object[] => {
    if (completed.has(run.id)) return [];
    const before = sentParts.get(run.id) ?? [];
    const payloads = run.parts.map((part) => ({
      job_id: run.number,
      sistema_id: part.name,
      status: toSystemStatus(part.state),
      progresso: toProgress(part),
      mensagem: part.message,
    }));
    const texts = payloads.map((payload) => JSON.stringify(payload));
    const messages: object[] = payloads
      .filter((_, index) => texts[index] !== before[index])
      .map((payload) => ({ type: 'status', payload }));
    sentParts.set(run.id, texts);
    if (finalStates.includes(run.state)) {
      sentParts.delete(run.id);
      completed.add(run.id);
      const [oldest] = completed;
      if (completed.size > maxRemembered && oldest !== undefined) completed.delete(oldest);
      const payload = {
        job_id: run.number,
        status: toJobStatus(run.state),
        duracao_segundos: durationSeconds(run),
      };
      messages.push({ type: 'job_complete', payload });
    }
    return messages;
  };

  /** One read at a time; what comes in meanwhile is read together afterwards. */
  const readWaiting = async (): Promise<void> => {
    if (isReading) return;
    isReading = true;
    try {
      while (waiting.size > 0 && connections.size > 0) {
        const ids = [...waiting];
        waiting.clear();
        for (const run of await deps.runs.listRunsByIds(systemScope, ids)) {
          if (run.kind !== 'pipeline') continue;
          broadcast({ projectId: run.projectId, ownerId: run.createdBy?.id ?? null }, messagesOf(run));
        }
      }
    } catch (error) {
      deps.log.warn({ error }, 'events for earlier clients could not be read');
    } finally {
      isReading = false;
    }
  };

  const onLogLines = (
    run: { kind: Run['kind']; number: number; projectId: string; createdBy: string | null },
    lines: readonly LogLine[],
  ): void => {
    if (run.kind !== 'pipeline') return;
    const messages = lines.map((line) => ({ type: 'log', payload: { job_id: run.number, ...toLog(line) } }));
    broadcast({ projectId: run.projectId, ownerId: run.createdBy }, messages);
  };

  const start = (): void => {
    stop = [
      deps.events.subscribe((events) => {
        for (const event of events) if (event.topic === 'runs') waiting.add(event.entityId);
        void readWaiting();
      }),
      deps.runs.onLogLines(onLogLines),
    ];
  };

  const end = (): void => {
    for (const unsubscribe of stop) unsubscribe();
    stop = [];
    waiting.clear();
    sentParts.clear();
    completed.clear();
  };

  return {
    open: (caller, send) => {
      const connection = { caller, send };
      if (connections.size === 0) start();
      connections.add(connection);
      return () => {
        if (connections.delete(connection) && connections.size === 0) end();
      };
    },
  };
};
