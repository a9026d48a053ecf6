import type { Job, Sistema, jobStatuses, systemStatuses } from '@dumont/contracts/pipelines/compatible';
import type { System } from '@dumont/contracts/pipelines/pipelines';
import type { LogLine } from '@dumont/contracts/runs/logs';
import type { Run, RunPart, RunState } from '@dumont/contracts/runs/runs';
import type { z } from 'zod';

export type JobStatus = (typeof jobStatuses)[number];
export type SystemStatus = (typeof systemStatuses)[number];

const jobStatusOf: Readonly<Record<RunState, JobStatus>> = {
  queued: 'pending',
  starting: 'running',
  running: 'running',
  succeeded: 'completed',
  failed: 'error',
  timed_out: 'error',
  cancelled: 'cancelled',
};

export const statesOf = (status: JobStatus): readonly RunState[] =>
  (Object.keys(jobStatusOf) as RunState[]).filter((state) => jobStatusOf[state] === status);

export const toJobStatus = (state: RunState): JobStatus => jobStatusOf[state];

const systemStatusOf: Readonly<Record<RunPart['state'], SystemStatus>> = {
  waiting: 'IDLE',
  running: 'RUNNING',
  succeeded: 'SUCCESS',
  failed: 'ERROR',
  cancelled: 'CANCELLED',
};

export const toSystemStatus = (state: RunPart['state']): SystemStatus => systemStatusOf[state];

export const toProgress = (part: Pick<RunPart, 'state' | 'progress'>): number =>
  part.progress ?? (part.state === 'succeeded' ? 100 : 0);

export const toSistema = (system: System, funds: readonly string[]): z.infer<typeof Sistema> => ({
  id: system.id,
  nome: system.name['pt-BR'],
  descricao: system.description['pt-BR'],
  icone: system.icon,
  ordem: system.order,
  ativo: system.active,
  status: system.lastRun === null ? 'IDLE' : toSystemStatus(system.lastRun.state),
  opcoes: Object.fromEntries(system.options.map(({ name, value }) => [name, value])),
  fundos: [...funds],
  progresso: system.lastRun === null ? 0 : toProgress(system.lastRun),
  ultima_execucao: system.lastRun?.at ?? null,
  mensagem: system.lastRun?.message ?? null,
});

export const toJob = (run: Run): z.infer<typeof Job> => ({
  id: run.number,
  status: toJobStatus(run.state),
  sistemas: run.parts.map(({ name }) => name),
  params: run.params,
  created_at: run.queuedAt,
  started_at: run.startedAt,
  finished_at: run.finishedAt,
  error: run.error?.message ?? null,
});

export const toLog = (
  line: LogLine,
): { level: string; sistema: string | null; mensagem: string; timestamp: string } => ({
  level: line.level,
  sistema: line.system,
  mensagem: line.message,
  timestamp: line.ts,
});

/** Of the run's work; a run that never started took none. */
export const durationSeconds = (run: Run): number =>
  run.startedAt === null || run.finishedAt === null
    ? 0
    : (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000;
