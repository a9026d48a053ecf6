import { randomUUID } from 'node:crypto';
import type { Attempt, Request } from './attempts.ts';

const nothing: Attempt = { about: 'nothing' };
const snapshot = (more: Partial<Attempt> = {}): Attempt => ({
  about: 'object',
  seenWith: 'snapshots:read',
  missing: 'snapshot.not_found',
  request: async ({ objects, projectId, ownerId }) => ({
    params: { id: await objects.addSnapshot(projectId, ownerId) },
  }),
  ...more,
});
const ofProject = (requestIn: (projectId: string) => Request): Attempt => ({
  about: 'project',
  missing: 'project.not_found',
  request: ({ projectId }) => requestIn(projectId),
});
const policy = { keep_last: 3, keep_daily: 2, keep_weekly: 1 };

/** How routes of snapshots are tried. */
export const snapshotAttempts = {
  listSnapshots: nothing,
  listInstanceSnapshots: { about: 'nothing', request: () => ({ params: { id: 'box' } }) },
  getSnapshot: snapshot(),
  createSnapshot: {
    about: 'nothing',
    accepts: ['machine.unreachable'],
    request: () => ({ body: { instance_id: 'box' } }),
  },
  restoreSnapshot: {
    about: 'nothing',
    accepts: ['machine.unreachable'],
    request: () => ({ query: { instance_id: 'box' }, body: { snapshot_id: randomUUID() } }),
  },
  getSnapshotRestore: snapshot({
    request: async ({ objects, projectId, ownerId }) => ({
      params: { id: await objects.addSnapshotRestore(projectId, ownerId) },
    }),
  }),
  deleteSnapshot: snapshot(),
  keepSnapshotForever: snapshot(),
  getRetentionPolicy: ofProject((projectId) => ({ query: { project_id: projectId } })),
  putRetentionPolicy: ofProject((projectId) => ({ query: { project_id: projectId }, body: policy })),
  cleanUpSnapshots: nothing,
  pruneSnapshots: nothing,
} satisfies Record<string, Attempt>;
