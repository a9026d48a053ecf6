import type { Pipeline, System } from '@dumont/contracts/pipelines/pipelines';
import type { Run } from '@dumont/contracts/runs/runs';

interface SystemsOfPipelines {
  readonly items: readonly Pipeline[];
}

const lastRunFrom = (system: System, run: Run): System['lastRun'] => {
  const part = run.parts.find(({ name }) => name === system.id);
  if (part === undefined || system.lastRun?.runId !== run.id) return system.lastRun;
  return {
    runId: run.id,
    number: run.number,
    state: part.state,
    progress: part.progress,
    estimated: part.estimated,
    message: part.message ?? (part.state === 'failed' ? (run.error?.message ?? null) : null),
    at: run.finishedAt ?? run.startedAt ?? run.queuedAt,
  };
};

/** The list after a run that it already shows went on; the same list where it does not concern it. */
export const systemsWithRun = <T extends SystemsOfPipelines>(list: T, run: Run): T => {
  const concerns = list.items.some(({ systems }) => systems.some(({ lastRun }) => lastRun?.runId === run.id));
  if (!concerns) return list;
  return {
    ...list,
    items: list.items.map((pipeline) =>
      pipeline.id === run.subject
        ? {
            ...pipeline,
            systems: pipeline.systems.map((system) => ({ ...system, lastRun: lastRunFrom(system, run) })),
          }
        : pipeline,
    ),
  };
};

/** Whether a run that the list does not show yet may be the last of some system: then only the server can tell. */
export const mayShowRun = (list: SystemsOfPipelines, run: Run): boolean =>
  list.items.some(
    ({ id, systems }) =>
      id === run.subject &&
      systems.some(
        ({ id: systemId, lastRun }) =>
          (lastRun === null || lastRun.number < run.number) &&
          run.parts.some(({ name }) => name === systemId),
      ),
  );
