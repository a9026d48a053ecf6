import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { Id, JsonObject, longText, pageOf, pageQuery, Timestamp, UserRef } from '../primitives.ts';
import { route } from '../route.ts';

export const AuditEntry = z
  .strictObject({
    id: Id,
    at: Timestamp,
    actor: UserRef.nullable(),
    /** `user.created`, `credential.saved`, ... */
    action: z.string(),
    /** What it was done to: `user`, `role`, `credential`, ... and which. */
    subjectType: z.string(),
    subjectId: z.string(),
    projectId: Id.nullable(),
    address: z.string().nullable(),
    details: JsonObject,
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof AuditEntry>;

export const listAudit = route({
  method: 'GET',
  path: '/api/v1/audit',
  tag: 'audit',
  summary: 'What was done, by whom, newest first',
  access: holdersOf('audit:read'),
  query: z.strictObject({
    ...pageQuery,
    action: longText(100).optional(),
    actorId: Id.optional(),
    subjectId: longText(200).optional(),
  }),
  response: pageOf(AuditEntry),
});
