import type { LeasedWork } from '../../../kernel/lease/leased-worker.ts';
import type { RunsApi, RunStanding } from '../../runs/index.ts';
import type { ExecutionStore, OpenExecution } from './execution-store.ts';
import { stateNumber } from './state.ts';

/** With where its run stands; undefined where it has none, or none that is kept. */
export type DueExecution = OpenExecution & { readonly run: RunStanding | undefined };

const page = 1000;

/** Waits for its run to be started, was started a moment ago, or its run has ended or is not kept any more. */
const isDue = ({ run_id, state }: Pick<OpenExecution, 'run_id' | 'state'>, run: RunStanding | undefined) =>
  run_id === null ||
  run === undefined ||
  run.finishedAt !== null ||
  (state === stateNumber.queued && run.state === 'running');

/**
 * Leases executions that there is something to do for. How their runs stand is read before, by the runs' own module: a
 * run only ever goes on, so that what was due then is due when the lease is ours.
 */
export const claimDue =
  (
    store: Pick<ExecutionStore, 'listOpen' | 'claim'>,
    runs: Pick<RunsApi, 'readStandings'>,
  ): LeasedWork<DueExecution>['claim'] =>
  async (lease, limit) => {
    const due: Pick<OpenExecution, 'id' | 'run_id'>[] = [];
    const standings = new Map<string, RunStanding>();
    for (let after: string | undefined; ;) {
      const open = await store.listOpen(lease, after, page);
      const ids = open.flatMap(({ run_id }) => run_id ?? []);
      if (ids.length > 0)
        for (const standing of await runs.readStandings(ids)) standings.set(standing.id, standing);
      due.push(...open.filter((row) => isDue(row, standings.get(row.run_id ?? ''))));
      after = open.at(-1)?.id;
      if (open.length < page || due.length >= limit) break;
    }
    if (due.length === 0) return [];
    const claimed = await store.claim(lease, due, limit);
    return claimed.map((row) => ({ ...row, run: standings.get(row.run_id ?? '') }));
  };
