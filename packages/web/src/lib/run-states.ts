import type { Run, RunState } from '@dumont/contracts/runs/runs';

// The contract's own list comes with its schemas, and with them the validator: too much for the first load.
export const activeStates = ['queued', 'starting', 'running'] as const satisfies readonly RunState[];

export const isActive = (run: Pick<Run, 'state'>): boolean =>
  (activeStates as readonly RunState[]).includes(run.state);

/** What a badge shows: a run that was told to stop and has not yet says so. */
export const shownState = (run: Run): RunState | 'cancelling' =>
  isActive(run) && run.cancelRequestedAt !== null ? 'cancelling' : run.state;
