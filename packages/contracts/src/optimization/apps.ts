import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { route } from '../route.ts';

/** Name of a solver app, as its folder and compatible clients spell it. */
export const AppId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z][A-Za-z0-9_-]*$/);
export const AppParams = z.strictObject({ id: AppId });

const Localized = z.strictObject({ en: z.string(), 'pt-BR': z.string() });
/** JSON Schema; an app writes it, so nothing more is known of it. */
const Schema = z.record(z.string(), z.json());

export const SolverApp = z
  .strictObject({
    id: AppId,
    name: Localized,
    description: Localized,
    /** The first is used when an execution names none. Empty for apps that a worker of its own registered. */
    solvers: z.array(z.string()),
    /** Seconds, for executions that name no limit. */
    timeLimitSeconds: z.number().int(),
    /** False for apps that a worker registered over the network: this server cannot start them. */
    startable: z.boolean(),
    /** Whether a solution that is given with an execution is where its solvers may begin. */
    warmStart: z.boolean(),
    /** What names of files end with that are turned into instances: `mps`, `lp`. */
    fileEndings: z.array(z.string()),
    examples: z.array(z.strictObject({ name: z.string(), description: Localized })),
  })
  .meta({ id: 'SolverApp' });
export type SolverApp = z.infer<typeof SolverApp>;

export const AppSchemas = z
  .strictObject({
    instance: Schema,
    solution: Schema,
    config: Schema,
    instance_checks: Schema,
    solution_checks: Schema,
    kpis: Schema,
    /** By language: what titles and descriptions of the schemas read there. Those not named stay as they are. */
    words: z.record(z.string(), z.record(z.string(), z.string())),
  })
  .meta({ id: 'AppSchemas' });
export type AppSchemas = z.infer<typeof AppSchemas>;

export const listApps = route({
  method: 'GET',
  path: '/api/v1/optimization/apps',
  tag: 'optimization',
  summary: 'The solver apps, and those that cannot be used',
  access: holdersOf('optimization:read'),
  response: z.strictObject({
    items: z.array(SolverApp),
    broken: z.array(z.strictObject({ folder: z.string(), reason: z.string() })),
  }),
});

export const getAppSchemas = route({
  method: 'GET',
  path: '/api/v1/optimization/apps/{id}/schemas',
  tag: 'optimization',
  summary: 'JSON Schemas of what a solver app takes and answers',
  access: holdersOf('optimization:read'),
  params: AppParams,
  response: AppSchemas,
  errors: ['optimization.app_unknown'],
});

export const getAppExample = route({
  method: 'GET',
  path: '/api/v1/optimization/apps/{id}/examples/{name}',
  tag: 'optimization',
  summary: 'An example of a solver app: `{"name", "description", "instance", "solution"?}`',
  access: holdersOf('optimization:read'),
  params: z.strictObject({ id: AppId, name: z.string().min(1).max(200) }),
  produces: 'application/json',
  errors: ['optimization.app_unknown', 'optimization.example_unknown'],
});
