import fc from 'fast-check';
import { createObjects } from '../objects.ts';
import { createTestApp, type Person, type TestApp } from '../test-app.ts';
import type { Knowledge } from './from-schema.ts';

export interface World extends AsyncDisposable {
  readonly app: TestApp;
  readonly known: Knowledge;
  /** Someone who may do everything: a new one where the last has signed themselves out, or for a fresh rate limit. */
  freshAdmin(): Promise<Person>;
}

/** A server with some of everything in it, whose runs and calls reach nothing outside. */
export const createWorld = async (): Promise<World> => {
  const nowhere = 'http://127.0.0.1:1';
  const app = await createTestApp({
    environment: {
      DUMONT_ROLES: 'api,worker',
      // Each request comes from an address of its own, so that the limits for sign-ins do not end the test.
      DUMONT_TRUST_PROXY: 'true',
      DUMONT_REGISTRATION: 'open',
      DUMONT_REQUESTS_PER_SECOND: '1000000',
      DUMONT_CVM_SOURCE: nowhere,
      DUMONT_B3_SOURCE: nowhere,
      DUMONT_BCB_SOURCE: nowhere,
    },
  });
  const objects = createObjects(app.database);
  const victim = await app.addPerson('victim', { projects: { [app.defaultProjectId]: 'operator' } });
  const foreignId = await app.addProject('foreign');
  const role = await app.admin.client.createRole({ body: { name: 'custom', grants: ['runs:read'] } });
  const ids = [
    victim.id,
    app.defaultProjectId,
    foreignId,
    role.id,
    ...(await app.admin.client.listRoles()).items.map(({ id }) => id),
    await objects.addRun(app.defaultProjectId, victim.id),
    await objects.addRun(foreignId, victim.id, 'command'),
    await objects.addSchedule(app.defaultProjectId, victim.id),
    await objects.addAlarmRule(app.defaultProjectId),
    await objects.addAlarmRule(null),
    await objects.addAlarm(foreignId),
    await objects.addProblemInstance(app.defaultProjectId, victim.id),
    await objects.addExecution(foreignId, victim.id),
    await objects.addCase(app.defaultProjectId, victim.id),
    await objects.addSnapshot(app.defaultProjectId, victim.id),
    await objects.addSnapshotRestore(foreignId, victim.id),
    await objects.addMachine(app.defaultProjectId, victim.id, { state: 'running' }),
    await objects.addMachine(foreignId, victim.id),
    await objects.addMachineOperation(
      await objects.addMachine(app.defaultProjectId, victim.id, { state: 'new' }),
    ),
  ];
  let admins = 0;
  return {
    app,
    known: {
      ids,
      fields: {
        command: fc.array(fc.string({ maxLength: 20 }), { maxLength: 4 }).map((rest) => ['true', ...rest]),
      },
    },
    freshAdmin: () => {
      admins += 1;
      return app.addPerson(`fuzzer${admins}`, { installation: 'admin' });
    },
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
};
