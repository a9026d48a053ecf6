import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { flag, Id, IdParams, longText, pageOf, pageQuery, text, Timestamp, UserRef } from '../primitives.ts';
import { route } from '../route.ts';
import { AppId } from './apps.ts';
import { Document, documentBodyBytes } from './instances.ts';

export const executionStates = [
  'queued',
  'running',
  'solved',
  'loaded',
  'failed',
  'stopped',
  'not_started',
  'not_run',
  'unknown',
  'not_saved',
] as const;
export const ExecutionState = z.enum(executionStates);
export type ExecutionState = z.infer<typeof ExecutionState>;

export const Execution = z
  .strictObject({
    id: Id,
    key: z.string(),
    projectId: Id,
    instanceId: Id,
    /** The run that solves it; its log is live there. Null before the first start, and for solutions loaded by hand. */
    runId: Id.nullable(),
    name: z.string(),
    description: z.string(),
    app: z.string(),
    state: ExecutionState,
    message: z.string(),
    /** What the solver said of its own answer: `Optimal`, `Infeasible`, `Time limit`, ... */
    solverStatus: z.string().nullable(),
    objective: z.number().nullable(),
    /** True when the data fails the app's own checks, as far as they were made; then it is not solved. */
    dataHasFindings: z.boolean(),
    /** True when the solution fails the app's own checks; those that only warn do not count. */
    hasFindings: z.boolean(),
    checksOnly: z.boolean(),
    createdBy: UserRef,
    createdAt: Timestamp,
    updatedAt: Timestamp,
    finishedAt: Timestamp.nullable(),
  })
  .meta({ id: 'OptimizationExecution' });
export type Execution = z.infer<typeof Execution>;

const errors = ['optimization.execution_not_found'] as const;

export const listExecutions = route({
  method: 'GET',
  path: '/api/v1/optimization/executions',
  tag: 'optimization',
  summary: 'Executions, newest first',
  access: holdersOf('optimization:read'),
  query: z.strictObject({
    ...pageQuery,
    projectId: Id.optional(),
    app: AppId.optional(),
    instanceId: Id.optional(),
    checks: flag.optional(),
    /** A part of the name. */
    search: longText(200).optional(),
    /** Those alone that have a solution with an objective. */
    solved: flag.optional(),
  }),
  response: pageOf(Execution),
});

export const createExecution = route({
  method: 'POST',
  path: '/api/v1/optimization/executions',
  tag: 'optimization',
  summary: 'Solve an instance',
  access: holdersOf('optimization:write'),
  body: z.strictObject({
    instanceId: Id,
    name: text(256),
    description: longText(10_000).default(''),
    /** JSON after the schema `config` of the app. */
    config: Document.default('{}'),
    /** JSON: a solution to begin with. */
    solution: Document.optional(),
    /** `check` looks at the data, and at the solution if one is given, without solving. */
    task: z.enum(['solve', 'check']).default('solve'),
    start: z.boolean().default(true),
  }),
  status: 201,
  response: Execution,
  errors: [
    'optimization.instance_not_found',
    'optimization.app_unknown',
    'optimization.not_startable',
    'optimization.document',
    'optimization.schema',
  ],
  bodyLimitBytes: documentBodyBytes,
  idempotent: true,
});

export const getExecution = route({
  method: 'GET',
  path: '/api/v1/optimization/executions/{id}',
  tag: 'optimization',
  summary: 'One execution, without its solution',
  access: holdersOf('optimization:read'),
  params: IdParams,
  response: Execution,
  errors,
});

/** Each is null where there is none. */
const parts = ['config', 'solution', 'instance_checks', 'solution_checks', 'kpis', 'log'] as const;

export const getExecutionPart = route({
  method: 'GET',
  path: '/api/v1/optimization/executions/{id}/{part}',
  tag: 'optimization',
  summary: 'A document of an execution, as it was given or answered; `null` where there is none',
  access: holdersOf('optimization:read'),
  params: z.strictObject({ id: Id, part: z.enum(parts) }),
  produces: 'application/json',
  errors,
});

export const stopExecution = route({
  method: 'POST',
  path: '/api/v1/optimization/executions/{id}/stop',
  tag: 'optimization',
  summary: 'Stop an execution; a solver that has a solution by then answers it',
  access: holdersOf('optimization:write'),
  params: IdParams,
  response: Execution,
  errors: [...errors, 'optimization.not_running'],
});

export const relaunchExecution = route({
  method: 'POST',
  path: '/api/v1/optimization/executions/{id}/relaunch',
  tag: 'optimization',
  summary: 'Solve again, with another configuration if one is given; the old answer is dropped',
  access: holdersOf('optimization:write'),
  params: IdParams,
  body: z.strictObject({ config: Document.optional() }).optional(),
  bodyOptional: true,
  response: Execution,
  errors: [...errors, 'optimization.still_running', 'optimization.schema', 'optimization.document'],
});

export const deleteExecution = route({
  method: 'DELETE',
  path: '/api/v1/optimization/executions/{id}',
  tag: 'optimization',
  summary: 'Delete an execution; one at work is stopped first',
  access: holdersOf('optimization:write'),
  params: IdParams,
  status: 204,
  errors,
});
