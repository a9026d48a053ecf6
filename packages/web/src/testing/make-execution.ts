import type { Execution } from '@dumont/contracts/optimization/executions';

/** An execution that was solved, with what the test cares about changed. */
export const makeExecution = (number: number, changes: Partial<Execution> = {}): Execution => ({
  id: `0192f0c0-0000-7000-8000-${String(number).padStart(12, '0')}`,
  key: String(number).padStart(40, '0'),
  projectId: '0192f0c0-0000-7000-8000-00000000aaaa',
  instanceId: '0192f0c0-0000-7000-8000-00000000bbbb',
  runId: null,
  name: `execution ${number}`,
  description: '',
  app: 'tsp',
  state: 'solved',
  message: '',
  solverStatus: 'Optimal',
  objective: 3323,
  dataHasFindings: false,
  hasFindings: false,
  checksOnly: false,
  createdBy: { id: '0192f0c0-0000-7000-8000-000000000001', name: 'Ana' },
  createdAt: '2026-11-01T12:00:00.000Z',
  updatedAt: '2026-11-01T12:00:01.000Z',
  finishedAt: '2026-11-01T12:00:01.000Z',
  ...changes,
});
