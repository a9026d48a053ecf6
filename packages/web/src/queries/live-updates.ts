import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { Clock } from '../lib/clock.ts';
import type { EventStream } from '../lib/events/event-stream.ts';
import { isActive } from '../lib/run-states.ts';
import { alarmQueries } from './alarms.ts';
import { applyExecution } from './apply-execution.ts';
import { applyMachine } from './apply-machine.ts';
import { applyRun } from './apply-run.ts';
import { mayShowRun, systemsWithRun } from './apply-run-to-systems.ts';
import { machineQueries } from './machines.ts';
import { executionQueries } from './optimization.ts';
import { pipelineQueries, type PipelineList } from './pipelines.ts';
import { storefrontQueries } from './storefront.ts';
import { runQueries, statsQueries } from './runs.ts';

const coalesceMs = 1000;

/** Keeps what is on screen equal to what the server knows. Returns what ends it. */
export const startLiveUpdates = (
  stream: EventStream,
  queryClient: QueryClient,
  clock: Clock,
): (() => void) => {
  const waiting = new Map<string, () => void>();

  /** Many events in a second read a list again once. */
  const refreshSoon = (queryKey: QueryKey): void => {
    const name = JSON.stringify(queryKey);
    if (waiting.has(name)) return;
    waiting.set(
      name,
      clock.after(coalesceMs, () => {
        waiting.delete(name);
        void queryClient.invalidateQueries({ queryKey });
      }),
    );
  };

  const readRunsAgain = () => {
    refreshSoon(runQueries.all);
    refreshSoon(statsQueries.all);
  };
  const readAgain = (queryKey: QueryKey) => ({
    onMessage: () => refreshSoon(queryKey),
    onReset: () => refreshSoon(queryKey),
    onLive: () => refreshSoon(queryKey),
  });

  const ends = [
    stream.subscribe('runs', {
      onMessage: (message) => {
        if (message.type !== 'run') return;
        const run = message.payload;
        applyRun(queryClient, run);
        for (const [key, list] of queryClient.getQueriesData<PipelineList>({
          queryKey: pipelineQueries.all,
        })) {
          if (list === undefined) continue;
          const next = systemsWithRun(list, run);
          if (next !== list) queryClient.setQueryData(key, next);
          if (mayShowRun(list, run)) refreshSoon(pipelineQueries.all);
        }
        refreshSoon(statsQueries.all);
        if (isActive(run)) return;
        refreshSoon(runQueries.artifacts(run.id).queryKey);
        refreshSoon(pipelineQueries.all);
      },
      onReset: readRunsAgain,
      onLive: readRunsAgain,
    }),
    stream.subscribe('machines', {
      onMessage: (message) => {
        if (message.type !== 'machine') return;
        const machine = message.payload;
        if (applyMachine(queryClient, machine)) refreshSoon(machineQueries.lists);
        refreshSoon(machineQueries.of(machine.id));
      },
      onReset: () => refreshSoon(machineQueries.all),
      onLive: () => refreshSoon(machineQueries.all),
    }),
    stream.subscribe('executions', {
      onMessage: (message) => {
        if (message.type !== 'execution') return;
        if (applyExecution(queryClient, message.payload)) refreshSoon(executionQueries.lists);
      },
      onReset: () => refreshSoon(executionQueries.all),
      onLive: () => refreshSoon(executionQueries.all),
    }),
    stream.subscribe('alarms', readAgain(alarmQueries.all)),
    stream.subscribe('orders', readAgain(storefrontQueries.orders)),
    stream.subscribe('systems', readAgain(pipelineQueries.all)),
  ];

  return () => {
    for (const end of ends) end();
    for (const cancel of waiting.values()) cancel();
    stream.stop();
  };
};
