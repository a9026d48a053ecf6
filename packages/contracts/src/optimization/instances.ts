import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { Id, IdParams, longText, pageOf, pageQuery, text, Timestamp, UserRef } from '../primitives.ts';
import { route } from '../route.ts';
import { AppId, AppParams } from './apps.ts';

/** Of one document, as the server takes it. */
export const maxDocumentBytes = 64 * 1024 * 1024;
/** A document in a JSON string takes up to twice its size. */
export const documentBodyBytes = 2 * maxDocumentBytes + 65_536;

/**
 * JSON as text, because numbers must survive as they are written: `1.0`, `1e5` and integers of any size come back
 * unchanged.
 */
export const Document = z.string().min(1).max(maxDocumentBytes);

export const Instance = z
  .strictObject({
    id: Id,
    /** Forty hexadecimal digits: the id that compatible clients see. */
    key: z.string(),
    projectId: Id,
    name: z.string(),
    description: z.string(),
    app: z.string(),
    dataHash: z.string(),
    dataBytes: z.number().int(),
    createdBy: UserRef,
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'OptimizationInstance' });
export type Instance = z.infer<typeof Instance>;

const Name = text(256);
const Description = longText(10_000);

export const listProblemInstances = route({
  method: 'GET',
  path: '/api/v1/optimization/instances',
  tag: 'optimization',
  summary: 'Instances, newest first',
  access: holdersOf('optimization:read'),
  query: z.strictObject({
    ...pageQuery,
    projectId: Id.optional(),
    app: AppId.optional(),
    /** A part of the name. */
    search: longText(200).optional(),
  }),
  response: pageOf(Instance),
});

export const convertModelFile = route({
  method: 'POST',
  path: '/api/v1/optimization/apps/{id}/convert',
  tag: 'optimization',
  summary: 'The data of an instance, read from a file of another format that the app knows (MPS, LP)',
  access: holdersOf('optimization:write'),
  params: AppParams,
  body: z.strictObject({
    /** What the name of the file ends with, in lower case and without a dot: one of `fileEndings` of the app. */
    ending: z.string().regex(/^[a-z0-9]{1,10}$/),
    content: z.string().min(1).max(maxDocumentBytes),
    /** For files that do not say which way is better. */
    maximize: z.boolean().default(false),
  }),
  produces: 'application/json',
  errors: ['optimization.app_unknown', 'optimization.app_broken', 'optimization.file'],
  bodyLimitBytes: documentBodyBytes,
});

export const createProblemInstance = route({
  method: 'POST',
  path: '/api/v1/optimization/instances',
  tag: 'optimization',
  summary: 'Upload an instance; its data is checked against the schema of the app',
  access: holdersOf('optimization:write'),
  body: z.strictObject({
    projectId: Id.optional(),
    app: AppId,
    name: Name,
    description: Description.default(''),
    data: Document,
  }),
  status: 201,
  response: Instance,
  errors: ['optimization.app_unknown', 'optimization.document', 'optimization.schema'],
  bodyLimitBytes: documentBodyBytes,
});

export const getProblemInstance = route({
  method: 'GET',
  path: '/api/v1/optimization/instances/{id}',
  tag: 'optimization',
  summary: 'One instance, without its data',
  access: holdersOf('optimization:read'),
  params: IdParams,
  response: Instance,
  errors: ['optimization.instance_not_found'],
});

export const updateProblemInstance = route({
  method: 'PATCH',
  path: '/api/v1/optimization/instances/{id}',
  tag: 'optimization',
  summary: 'Change an instance; new data takes away the checks of the old',
  access: holdersOf('optimization:write'),
  params: IdParams,
  body: z.strictObject({
    name: Name.optional(),
    description: Description.optional(),
    data: Document.optional(),
  }),
  response: Instance,
  errors: ['optimization.instance_not_found', 'optimization.document', 'optimization.schema'],
  bodyLimitBytes: documentBodyBytes,
});

export const deleteProblemInstance = route({
  method: 'DELETE',
  path: '/api/v1/optimization/instances/{id}',
  tag: 'optimization',
  summary: 'Delete an instance with its executions; those at work are stopped',
  access: holdersOf('optimization:write'),
  params: IdParams,
  status: 204,
  errors: ['optimization.instance_not_found'],
});

export const getProblemInstanceData = route({
  method: 'GET',
  path: '/api/v1/optimization/instances/{id}/data',
  tag: 'optimization',
  summary: 'The data of an instance, as it was given',
  access: holdersOf('optimization:read'),
  params: IdParams,
  produces: 'application/json',
  errors: ['optimization.instance_not_found'],
});
