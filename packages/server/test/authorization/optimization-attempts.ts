import type { Objects } from '../objects.ts';
import type { Attempt, Request, Target } from './attempts.ts';

const nothing: Attempt = { about: 'nothing' };
type Add = 'addProblemInstance' | 'addExecution' | 'addCase';
const codes: Record<Add, string> = {
  addProblemInstance: 'optimization.instance_not_found',
  addExecution: 'optimization.execution_not_found',
  addCase: 'optimization.case_not_found',
};
const add = (kind: Add, { objects, projectId, ownerId }: Target): ReturnType<Objects[Add]> =>
  objects[kind](projectId, ownerId);

const of = (kind: Add, more: Omit<Request, 'params'> & { readonly part?: string } = {}): Attempt => {
  const { part, ...request } = more;
  return {
    about: 'object',
    seenWith: 'optimization:read',
    missing: codes[kind],
    request: async (target) => ({
      ...request,
      params: { id: await add(kind, target), ...(part === undefined ? {} : { part }) },
    }),
  };
};
const accepting = (attempt: Attempt, ...accepts: readonly string[]): Attempt => ({ ...attempt, accepts });

/** How routes of optimization are tried. */
export const optimizationAttempts = {
  listApps: nothing,
  getAppSchemas: { about: 'nothing', request: () => ({ params: { id: 'timer' } }) },
  getAppExample: {
    about: 'nothing',
    accepts: ['optimization.example_unknown'],
    request: () => ({ params: { id: 'timer', name: 'no such' } }),
  },
  convertModelFile: {
    about: 'nothing',
    accepts: ['optimization.file'],
    request: () => ({ params: { id: 'timer' }, body: { ending: 'mps', content: 'ROWS' } }),
  },
  listProblemInstances: nothing,
  createProblemInstance: {
    about: 'project',
    missing: 'project.not_found',
    accepts: ['optimization.schema'],
    request: ({ projectId }) => ({ body: { projectId, app: 'timer', name: 'new', data: '{}' } }),
  },
  getProblemInstance: of('addProblemInstance'),
  updateProblemInstance: of('addProblemInstance', { body: { name: 'other' } }),
  deleteProblemInstance: of('addProblemInstance'),
  getProblemInstanceData: of('addProblemInstance'),
  listExecutions: nothing,
  createExecution: {
    about: 'object',
    seenWith: 'optimization:read',
    makesOwn: true,
    missing: 'optimization.instance_not_found',
    accepts: ['optimization.schema'],
    request: async (target) => ({
      body: { instanceId: await add('addProblemInstance', target), name: 'new', start: false },
    }),
  },
  getExecution: of('addExecution'),
  getExecutionPart: of('addExecution', { part: 'solution' }),
  stopExecution: accepting(of('addExecution'), 'optimization.not_running'),
  relaunchExecution: of('addExecution'),
  deleteExecution: of('addExecution'),
  listCases: nothing,
  createCase: {
    about: 'project',
    missing: 'project.not_found',
    request: ({ projectId }) => ({ body: { projectId, app: 'timer', name: 'folder' } }),
  },
  getCase: of('addCase'),
  getCasePart: of('addCase', { part: 'data' }),
  updateCase: of('addCase', { body: { name: 'other' } }),
  copyCase: { ...of('addCase'), makesOwn: true },
  deleteCase: of('addCase'),
  compareCases: {
    about: 'object',
    seenWith: 'optimization:read',
    missing: 'optimization.case_not_found',
    request: async (target) => ({
      params: { id: await add('addCase', target), other: await add('addCase', target) },
    }),
  },
} satisfies Record<string, Attempt>;
