import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { Id, IdParams, longText, pageOf, pageQuery, text, Timestamp, UserRef } from '../primitives.ts';
import { route } from '../route.ts';
import { AppId } from './apps.ts';
import { Document, documentBodyBytes } from './instances.ts';

export const Case = z
  .strictObject({
    id: Id,
    /** The id that compatible clients see. */
    number: z.number().int(),
    projectId: Id,
    /** The folder that it is in; null at the top. */
    parentId: Id.nullable(),
    name: z.string(),
    description: z.string(),
    app: z.string(),
    isFolder: z.boolean(),
    hasSolution: z.boolean(),
    dataHash: z.string().nullable(),
    solutionHash: z.string().nullable(),
    createdBy: UserRef,
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'OptimizationCase' });
export type Case = z.infer<typeof Case>;

const Name = text(256);
const Description = longText(10_000);
const errors = ['optimization.case_not_found'] as const;

export const listCases = route({
  method: 'GET',
  path: '/api/v1/optimization/cases',
  tag: 'optimization',
  summary: 'Cases and folders, newest first; those of one folder, or all',
  access: holdersOf('optimization:read'),
  query: z.strictObject({
    ...pageQuery,
    projectId: Id.optional(),
    app: AppId.optional(),
    /** `top` for what is in no folder. */
    parentId: z.union([Id, z.literal('top')]).optional(),
  }),
  response: pageOf(Case),
});

export const createCase = route({
  method: 'POST',
  path: '/api/v1/optimization/cases',
  tag: 'optimization',
  summary: 'Keep an instance, an execution or given data as a case; without any of them it is a folder',
  access: holdersOf('optimization:write'),
  body: z.strictObject({
    projectId: Id.optional(),
    parentId: Id.nullable().default(null),
    app: AppId,
    name: Name,
    description: Description.default(''),
    instanceId: Id.optional(),
    executionId: Id.optional(),
    data: Document.optional(),
    solution: Document.optional(),
  }),
  status: 201,
  response: Case,
  errors: [
    'optimization.app_unknown',
    'optimization.instance_not_found',
    'optimization.execution_not_found',
    'optimization.case_not_found',
    'optimization.not_a_folder',
    'optimization.document',
    'optimization.schema',
  ],
  bodyLimitBytes: documentBodyBytes,
});

export const getCase = route({
  method: 'GET',
  path: '/api/v1/optimization/cases/{id}',
  tag: 'optimization',
  summary: 'One case, without its documents',
  access: holdersOf('optimization:read'),
  params: IdParams,
  response: Case,
  errors,
});

const parts = ['data', 'checks', 'solution', 'solution_checks', 'kpis'] as const;

export const getCasePart = route({
  method: 'GET',
  path: '/api/v1/optimization/cases/{id}/{part}',
  tag: 'optimization',
  summary: 'A document of a case; `null` where there is none',
  access: holdersOf('optimization:read'),
  params: z.strictObject({ id: Id, part: z.enum(parts) }),
  produces: 'application/json',
  errors,
});

export const updateCase = route({
  method: 'PATCH',
  path: '/api/v1/optimization/cases/{id}',
  tag: 'optimization',
  summary: 'Rename a case, or move it into another folder (null: to the top)',
  access: holdersOf('optimization:write'),
  params: IdParams,
  body: z.strictObject({
    name: Name.optional(),
    description: Description.optional(),
    parentId: Id.nullable().optional(),
  }),
  response: Case,
  errors: [...errors, 'optimization.not_a_folder', 'optimization.into_itself'],
});

export const copyCase = route({
  method: 'POST',
  path: '/api/v1/optimization/cases/{id}/copy',
  tag: 'optimization',
  summary: 'Copy a case beside itself',
  access: holdersOf('optimization:write'),
  params: IdParams,
  status: 201,
  response: Case,
  errors,
});

export const deleteCase = route({
  method: 'DELETE',
  path: '/api/v1/optimization/cases/{id}',
  tag: 'optimization',
  summary: 'Delete a case, or a folder with everything in it',
  access: holdersOf('optimization:write'),
  params: IdParams,
  status: 204,
  errors,
});

export const compareCases = route({
  method: 'GET',
  path: '/api/v1/optimization/cases/{id}/differences/{other}',
  tag: 'optimization',
  summary: 'What turns one case into another: `{"data": [...], "solution": [...]}` in operations of RFC 6902',
  access: holdersOf('optimization:read'),
  params: z.strictObject({ id: Id, other: Id }),
  produces: 'application/json',
  errors: [...errors, 'optimization.case_app'],
});
