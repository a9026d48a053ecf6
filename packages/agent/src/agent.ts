import type { AgentReply, AgentStatus } from '@dumont/contracts/machines/agent';
import type { Clock } from './clock.ts';
import type { AgentConfig } from './config.ts';
import type { DeadMan } from './dead-man.ts';
import { figuresBetween, joinFigures } from './figures.ts';
import { joinGpus, type GpuMetrics } from './gpus.ts';
import type { Answer } from './post.ts';
import type { Reading } from './reading.ts';
import { nextBeatSeconds, retrySeconds } from './rhythm.ts';
import type { Terminals } from './terminals.ts';

export const version = '0.1.0';

/** Between beats the GPUs are looked at as well: work in bursts is work. */
const gpuLookMs = 8000;
/** While a warning stands, a key that is pressed is told at once. */
const watchMs = 1000;

export interface AgentDeps {
  readonly config: Pick<AgentConfig, 'url' | 'token' | 'instance_id'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly cores: number;
  readonly uptimeSeconds: () => number;
  read(): Promise<Reading>;
  readGpus(): Promise<GpuMetrics | null>;
  readTerminals(): Promise<Terminals | undefined>;
  warn(message: string): Promise<unknown>;
  post(url: string, token: string, body: string, signal: AbortSignal): Promise<Answer>;
  /** False when another agent has taken our place. */
  isOurs(): Promise<boolean>;
  readonly deadMan: DeadMan;
  log(message: string): void;
}

type Outcome = { readonly reply: Partial<AgentReply> } | { readonly problem: string };

const parseReply = ({ status, body }: Answer): Outcome => {
  if (status !== 200) return { problem: `the server answers ${status}` };
  try {
    return { reply: JSON.parse(body) as Partial<AgentReply> };
  } catch {
    return { problem: 'the server answers something else than JSON' };
  }
};

/** Beats until the signal aborts, or another agent takes over. Nothing else ends it: nothing that the server says. */
export const runAgent = async (deps: AgentDeps, signal: AbortSignal): Promise<void> => {
  const { config, clock, log } = deps;
  let before: Reading | undefined;
  /** What the last beat said, while it has not arrived. */
  let lost: AgentStatus | undefined;
  let seen: GpuMetrics | null | undefined;
  let failures = 0;
  let warnedMs: number | undefined;

  const makeStatus = async (): Promise<AgentStatus> => {
    const latest = await deps.readGpus();
    const gpus = seen === undefined ? latest : joinGpus(seen, latest);
    const reading = await deps.read();
    const now = clock.now();
    const figures = figuresBetween(before, reading, { cores: deps.cores, nowMs: now.getTime() });
    const isFirst = before === undefined;
    before = reading;
    seen = undefined;
    return {
      agent: 'DumontAgent',
      version,
      instance_id: config.instance_id,
      status: isFirst ? 'starting' : 'idle',
      timestamp: now.toISOString(),
      uptime: Math.round(deps.uptimeSeconds()),
      gpu_metrics: lost?.gpu_metrics === undefined ? gpus : joinGpus(lost.gpu_metrics, gpus),
      figures:
        lost?.figures === undefined || lost.status === 'starting'
          ? figures
          : joinFigures(lost.figures, figures),
    };
  };

  const send = async (status: AgentStatus): Promise<Outcome> => {
    try {
      const answer = await deps.post(
        `${config.url}/api/v1/agent/status`,
        config.token,
        JSON.stringify(status),
        signal,
      );
      if (answer.status < 500) deps.deadMan.heard();
      return parseReply(answer);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return { problem: code ?? message };
    }
  };

  const warn = async ({ action, message }: Partial<AgentReply>): Promise<void> => {
    if (action !== 'prepare_hibernate' || message === undefined || message === '') {
      warnedMs = undefined;
      return;
    }
    // Once for each time that it is about to sleep.
    if (warnedMs === undefined) await deps.warn(message);
    warnedMs ??= clock.now().getTime();
  };

  /** Waits for the next beat. Sooner when somebody answers a warning by pressing a key. */
  const rest = async (seconds: number): Promise<void> => {
    const untilMs = clock.elapsedMs() + seconds * 1000;
    while (!signal.aborted) {
      const leftMs = untilMs - clock.elapsedMs();
      if (leftMs <= 0) return;
      await clock.sleep(Math.min(leftMs, warnedMs === undefined ? gpuLookMs : watchMs), signal);
      if (warnedMs !== undefined) {
        const terminals = await deps.readTerminals();
        // Times of terminals are rounded to steps of eight seconds: only one that changed since counts.
        if ((terminals?.lastInputMs ?? 0) > warnedMs) return;
      } else if (untilMs - clock.elapsedMs() > gpuLookMs / 2) {
        const now = await deps.readGpus();
        seen = seen === undefined ? now : joinGpus(seen, now);
      }
    }
  };

  while (!signal.aborted) {
    if (!(await deps.isOurs())) {
      log('another agent has taken over');
      return;
    }
    const status = await makeStatus();
    if (signal.aborted) return;
    const outcome = await send(status);
    if (signal.aborted) return;
    if ('problem' in outcome) {
      lost = status;
      failures += 1;
      if (failures === 1) log(`no beat arrives: ${outcome.problem}`);
      warnedMs = undefined;
    } else {
      if (failures > 0) log('beats arrive again');
      lost = undefined;
      failures = 0;
      await warn(outcome.reply);
    }
    if (status.figures !== undefined) await deps.deadMan.look(status.figures, status.gpu_metrics ?? null);
    await rest(
      'problem' in outcome
        ? retrySeconds(failures, deps.random())
        : nextBeatSeconds(outcome.reply.next_beat_seconds),
    );
  }
};
