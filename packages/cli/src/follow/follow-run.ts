import { type Client, UnreachableError } from '@dumont/contracts/client';
import type { ServerMessage } from '@dumont/contracts/events';
import type { LogLevel, LogLine } from '@dumont/contracts/runs/logs';
import type { Run } from '@dumont/contracts/runs/runs';
import { interruption } from '../failure.ts';
import type { Clock } from '../host.ts';
import { hasEnded } from '../output/run-words.ts';
import type { EventStream } from './event-stream.ts';

export interface LogFilter {
  readonly level?: LogLevel;
  readonly system?: string;
  readonly search?: string;
}

export interface Following {
  readonly runId: string;
  /** Log lines from here on; undefined when no log is wanted. */
  readonly after?: number;
  readonly filter: LogFilter;
  onLines(lines: readonly LogLine[]): Promise<void>;
  onRun(run: Run): Promise<void>;
  /** Said once when the events cannot be had and the server is asked again and again instead. */
  onPolling(reason: string): Promise<void>;
}

export interface FollowDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly interrupted: AbortSignal;
  openStream(): Promise<EventStream>;
}

const pageLines = 5000;
const pollMs = 1000;
/** How often a page is read at most while filtered lines arrive. */
const filteredPageMs = 200;
/** A poll in so many tries for the socket again. */
const pollsPerReconnect = 10;
/** A server that restarts is waited for this long. */
const patienceMs = 120_000;

/**
 * Watches a run until it has ended and every line of its log was given: by events, resumed by sequence number
 * after a lost connection, or by asking again where no socket can be opened. Answers the run as it ended.
 * Throws an interruption when the user leaves; the run goes on.
 */
export const followRun = async (deps: FollowDeps, following: Following): Promise<Run> => {
  const { client, clock, interrupted } = deps;
  const { runId, filter } = following;
  const filtered = Object.values(filter).some((value) => value !== undefined);
  let after = following.after;
  let seen: { readonly seq: number; readonly epoch: string | undefined } | undefined;
  let run: Run | undefined;

  const givenRun = async (next: Run): Promise<void> => {
    run = next;
    await following.onRun(next);
  };

  /** Reads the log on to its present end. */
  const readOn = async (): Promise<void> => {
    while (after !== undefined) {
      const page = await client.listRunLogs({
        params: { id: runId },
        query: { after, limit: pageLines, ...filter },
      });
      if (page.lines.length > 0) await following.onLines(page.lines);
      const reached = Math.max(after, page.scannedTo, page.lines.at(-1)?.seq ?? 0);
      if (reached === after) return;
      after = reached;
      if (after >= page.lastSeq) return;
    }
  };

  const onMessage = async (message: ServerMessage): Promise<void> => {
    if (message.type === 'run') {
      if (message.seq >= (seen?.seq ?? 0)) seen = { seq: message.seq, epoch: message.epoch };
      if (message.payload.id === runId) await givenRun(message.payload);
    } else if (message.type === 'reset') {
      if (message.topic === 'runs') {
        seen = { seq: message.seq, epoch: message.epoch };
        await givenRun(await client.getRun({ params: { id: runId } }));
      } else await readOn();
    } else if (message.type === 'error') {
      throw new Error(message.detail);
    } else if (message.type === 'log' && message.payload.runId === runId && after !== undefined) {
      if (filtered) {
        // The server alone knows what a filter means; the event only says that there is more.
        await clock.sleep(filteredPageMs, interrupted);
        if (message.seq > after) await readOn();
        return;
      }
      const position = after;
      const lines = message.payload.lines.filter(({ seq }) => seq > position);
      if ((lines[0]?.seq ?? position + 1) > position + 1) return readOn();
      after = lines.at(-1)?.seq ?? after;
      if (lines.length > 0) await following.onLines(lines);
    }
  };

  const ended = (): boolean => run !== undefined && hasEnded(run.state);

  const watchEvents = async (stream: EventStream): Promise<void> => {
    stream.send({
      type: 'subscribe',
      topic: 'runs',
      ...(seen === undefined ? {} : { after: seen.seq }),
      ...(seen?.epoch === undefined ? {} : { epoch: seen.epoch }),
    });
    if (after !== undefined) stream.send({ type: 'subscribe', topic: `runs/${runId}/logs`, after });
    // What happened before the subscription was live is read here; what happens from then on comes as events.
    let live = false;
    for await (const message of stream.messages) {
      if (message.type === 'subscribed' && message.topic === 'runs' && !live) {
        live = true;
        seen ??= { seq: message.seq, epoch: message.epoch };
        await givenRun(await client.getRun({ params: { id: runId } }));
      } else {
        await onMessage(message);
      }
      if (ended()) return;
    }
  };

  let polls = 0;
  let reachedAt = clock.now().getTime();
  const orPatience = (error: unknown): void => {
    if (!(error instanceof UnreachableError)) throw error;
    if (clock.now().getTime() - reachedAt > patienceMs) throw error;
  };

  while (!ended()) {
    if (polls % pollsPerReconnect === 0) {
      try {
        await using stream = await deps.openStream();
        reachedAt = clock.now().getTime();
        await watchEvents(stream);
        // The socket was lost: the next turn opens another one.
        polls = 0;
      } catch (error) {
        if (polls === 0) await following.onPolling(error instanceof Error ? error.message : String(error));
        polls += 1;
      }
    } else {
      polls += 1;
    }
    if (interrupted.aborted) throw interruption();
    if (ended()) break;
    try {
      await readOn();
      await givenRun(await client.getRun({ params: { id: runId } }));
      reachedAt = clock.now().getTime();
    } catch (error) {
      if (interrupted.aborted) throw interruption();
      orPatience(error);
    }
    if (!ended()) await clock.sleep(pollMs, interrupted);
  }
  await readOn();
  return run as Run;
};
