import type { Case } from '@dumont/contracts/optimization/cases';

/** A case at the top, with what the test cares about changed. */
export const makeCase = (number: number, changes: Partial<Case> = {}): Case => ({
  id: `0192f0c0-0000-7000-8000-${String(number).padStart(12, '0')}`,
  number,
  projectId: '0192f0c0-0000-7000-8000-00000000aaaa',
  parentId: null,
  name: `case ${number}`,
  description: '',
  app: 'tsp',
  isFolder: false,
  hasSolution: false,
  dataHash: 'a'.repeat(64),
  solutionHash: null,
  createdBy: { id: '0192f0c0-0000-7000-8000-000000000001', name: 'Ana' },
  createdAt: '2026-11-01T12:00:00.000Z',
  updatedAt: '2026-11-01T12:00:00.000Z',
  ...changes,
});
