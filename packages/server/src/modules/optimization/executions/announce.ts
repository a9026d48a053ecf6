import type { DomainEvent } from '../../../kernel/events/events.ts';

export const executionEvent = (
  name: string,
  row: { readonly id: string; readonly project_id: string; readonly owner_id: string; readonly app: string },
): DomainEvent => ({
  name,
  topic: 'executions',
  projectId: row.project_id,
  ownerId: row.owner_id,
  entityId: row.id,
  subject: row.app,
});
