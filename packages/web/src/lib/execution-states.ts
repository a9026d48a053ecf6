import type { Execution } from '@dumont/contracts/optimization/executions';

/** Whether it is still at work, or waits for it. */
export const isOpen = ({ state }: Pick<Execution, 'state'>): boolean =>
  state === 'queued' || state === 'running';
