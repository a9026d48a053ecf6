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
/** What is done to a machine that is seen as its snapshots are. */
const ofMachine = (request: NonNullable<Attempt['request']>): Attempt => ({
  about: 'object',
  seenWith: 'snapshots:read',
  missing: 'machine.not_found',
  request,
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
  // Snapshots outlive their machine, and are found by its id alone: what one may not see is an empty list.
  listInstanceSnapshots: {
    about: 'nothing',
    request: async ({ objects, projectId, ownerId }) => ({
      params: { id: await objects.addMachine(projectId, ownerId) },
    }),
  },
  getSnapshot: snapshot(),
  createSnapshot: ofMachine(async ({ objects, projectId, ownerId }) => ({
    body: { instance_id: await objects.addMachine(projectId, ownerId), wait: false },
  })),
  restoreSnapshot: ofMachine(async ({ objects, projectId, ownerId }) => ({
    query: { instance_id: await objects.addMachine(projectId, ownerId) },
    body: { snapshot_id: await objects.addSnapshot(projectId, ownerId), wait: false },
  })),
  syncInstance: ofMachine(async ({ objects, projectId, ownerId }) => ({
    params: { id: await objects.addMachine(projectId, ownerId, { state: 'running' }) },
    query: { wait: 'false' },
  })),
  getSyncStatus: ofMachine(async ({ objects, projectId, ownerId }) => ({
    params: { id: await objects.addMachine(projectId, ownerId) },
  })),
  getSnapshotRestore: snapshot({
    request: async ({ objects, projectId, ownerId }) => ({
      params: { id: await objects.addSnapshotRestore(projectId, ownerId) },
    }),
  }),
  deleteSnapshot: snapshot(),
  keepSnapshotForever: snapshot(),
  getRetentionPolicy: ofProject((projectId) => ({ query: { project_id: projectId } })),
  putRetentionPolicy: ofProject((projectId) => ({ query: { project_id: projectId }, body: policy })),
  deleteRetentionPolicy: ofProject((projectId) => ({ query: { project_id: projectId } })),
  cleanUpSnapshots: nothing,
  pruneSnapshots: nothing,
} satisfies Record<string, Attempt>;
