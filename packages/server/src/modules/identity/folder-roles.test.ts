import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Caller } from '../../kernel/access/caller.ts';
import { ConfigError } from '../../kernel/config/settings.ts';
import { addPerson, call, callerOf, coded, createBed, createReplica, plain } from './identity-test-kit.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dumont-roles-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const write = (content: unknown): Promise<void> =>
  writeFile(join(folder, 'roles.json'), typeof content === 'string' ? content : JSON.stringify(content));
const dispatcher = {
  name: 'dispatcher',
  description: 'Plans routes.',
  grants: ['optimization:read', 'optimization:write:own'],
};

test('roles of a folder are there after a start, the same after the next, and changed in their file alone', async () => {
  await write({ roles: [dispatcher] });
  await using bed = await createBed({ solverFolders: [folder, '/nowhere'] });
  const admin = await callerOf(bed.identity);
  const listOn = async ({ identity }: Pick<typeof bed, 'identity'>, caller: Caller) =>
    (await plain(call(identity, 'listRoles', { caller }))).items.filter(({ builtIn }) => !builtIn);
  const [role] = await listOn(bed, admin);
  assert.ok(role);
  const { id, ...shown } = role;
  assert.deepEqual(shown, { ...dispatcher, builtIn: false, ofFolder: true, members: 0 });

  const input = { caller: admin, params: { id }, body: { grants: ['users:write'] } };
  await assert.rejects(call(bed.identity, 'updateRole', input), coded('role.of_folder'));
  await assert.rejects(call(bed.identity, 'deleteRole', input), coded('role.of_folder'));
  await assert.rejects(
    bed.identity.accountRoles.inTransaction((transaction) =>
      bed.identity.accountRoles.rename(transaction, admin, id, 'other'),
    ),
    coded('role.of_folder'),
  );

  const restart = () => createReplica(bed.database, bed.clock, { solverFolders: [folder] });
  const audited = async (): Promise<unknown> =>
    (
      await bed.database.pool.query(
        "SELECT action, details->>'name' AS name FROM audit WHERE actor_id IS NULL AND action LIKE 'role.%' ORDER BY 1, 2",
      )
    ).rows.map(({ action, name }: { action: string; name: string }) => `${action} ${name}`);
  {
    await using again = await restart();
    assert.deepEqual(await listOn(again, admin), [role]);
    assert.deepEqual(await audited(), ['role.created dispatcher']);
  }

  const person = await addPerson(bed.identity, 'ada', { defaultProjectRole: 'dispatcher' });
  const grantsOf = async ({ identity }: Pick<typeof bed, 'identity'>): Promise<unknown> => [
    ...((await callerOf(identity, person.email, person.password)).projects.values().next().value ?? []),
  ];
  assert.deepEqual(await grantsOf(bed), dispatcher.grants);
  await write({
    roles: [
      { ...dispatcher, grants: ['optimization:read'] },
      { name: 'spare', grants: [] },
    ],
  });
  {
    await using changed = await restart();
    assert.deepEqual(await grantsOf(changed), ['optimization:read']);
  }
  // Both are in no file any more: one is somebody's.
  await write({ roles: [] });
  {
    await using without = await restart();
    assert.deepEqual(await grantsOf(without), []);
    const left = await listOn(without, admin);
    assert.deepEqual(
      left.map(({ name, grants, members }) => ({ name, grants, members })),
      [{ name: 'dispatcher', grants: [], members: 1 }],
    );
    await call(without.identity, 'updateUser', {
      caller: admin,
      params: { id: person.id },
      body: { state: 'disabled' },
    });
  }
  await bed.database.pool.query('DELETE FROM project_members');
  await using last = await restart();
  assert.deepEqual(await listOn(last, admin), []);
  assert.deepEqual(await audited(), [
    'role.changed dispatcher',
    'role.changed dispatcher',
    'role.created dispatcher',
    'role.created spare',
    'role.deleted dispatcher',
    'role.deleted spare',
  ]);
});

test('a role that was made in the console becomes that of the file of its name', async () => {
  await using bed = await createBed();
  const admin = await callerOf(bed.identity);
  const body = { name: 'dispatcher', description: 'by hand', grants: ['runs:read'] };
  const made = await plain(call(bed.identity, 'createRole', { caller: admin, body }));
  await write({ roles: [dispatcher] });
  await using next = await createReplica(bed.database, bed.clock, { solverFolders: [folder] });
  const { items } = await plain(call(next.identity, 'listRoles', { caller: admin }));
  const role = items.find(({ id }) => id === made.id);
  assert.deepEqual([role?.ofFolder, role?.grants], [true, dispatcher.grants]);
});

test('a file of roles that is wrong stops the start, and names file and field', async () => {
  const file = join(folder, 'roles.json');
  const start = () => createBed({ solverFolders: [folder] });
  const refuses = async (content: unknown, message: RegExp): Promise<void> => {
    await write(content);
    await assert.rejects(start, (error) => {
      assert.ok(error instanceof ConfigError, String(error));
      assert.ok(error.message.startsWith(`${file}: `), error.message);
      assert.match(error.message, message);
      return true;
    });
  };
  await refuses('{', /JSON/);
  await refuses([], /expected object/);
  await refuses({ roles: [dispatcher], role: [] }, /Unrecognized key/);
  await refuses(
    { roles: [{ ...dispatcher, grants: ['optimization:read', '*'] }] },
    /roles\[0\]\.grants\[1\]: /,
  );
  await refuses({ roles: [dispatcher, { name: 'Has Spaces', grants: [] }] }, /roles\[1\]\.name: /);
  await refuses({ roles: [dispatcher, dispatcher] }, /roles\[1\]\.name: dispatcher is also in /);
  await refuses({ roles: [{ ...dispatcher, name: 'admin' }] }, /roles\[0\]\.name: admin is a built-in role/);
  await refuses(' '.repeat(1024 * 1024 + 1), /bytes/);
});
