import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Proof } from '../../kernel/access/authenticator.ts';
import { waitFor } from '../../../test/wait.ts';
import {
  addPerson,
  call,
  callerOf,
  coded,
  createBed,
  createReplica,
  plain,
  signIn,
  type Bed,
  type Replica,
} from './identity-test-kit.ts';

let bed: Bed;
let replica: Replica;

before(async () => {
  bed = await createBed();
  replica = await createReplica(bed.database, bed.clock);
});
after(async () => {
  await replica[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const refused = async (proof: Proof): Promise<void> => {
  for (const { identity } of [bed, replica]) {
    await assert.rejects(identity.authenticator.authenticate(proof), coded('auth.password_change_required'));
  }
};

test('a session is good for nothing else until the password is changed, and at once after it', async () => {
  const ada = await addPerson(bed.identity, 'ada', { mustChangePassword: true });
  const { access } = await signIn(bed.identity, ada.email, ada.password);
  await refused({ bearer: access });
  await refused({ cookie: access });
  const caller = await bed.identity.authenticator.authenticate(
    { bearer: access },
    { beforePasswordChange: true },
  );
  assert.equal(caller.userId, ada.id);

  await call(bed.identity, 'changePassword', {
    caller,
    body: { current: ada.password, next: 'a password of my own' },
  });
  for (const { identity } of [bed, replica]) {
    assert.equal((await identity.authenticator.authenticate({ bearer: access })).userId, ada.id);
  }
});

test('a ticket from before, a socket that is open and a session that is remembered do not get around it', async () => {
  const bob = await addPerson(bed.identity, 'bob');
  const { access } = await signIn(bed.identity, bob.email, bob.password);
  const caller = await replica.identity.authenticator.authenticate({ bearer: access });
  const { ticket } = await plain(
    call(bed.identity, 'issueTicket', { caller, body: { purpose: 'websocket' } }),
  );
  assert.equal(await replica.identity.authenticator.stillValid(caller), true);
  await bed.database.pool.query('UPDATE app.users SET must_change_password = true WHERE id = $1', [bob.id]);
  await call(bed.identity, 'updateMe', { caller, body: { name: 'Bob' } });
  await waitFor(
    'the refusal of the open socket',
    async () => !(await replica.identity.authenticator.stillValid(caller)),
    1000,
  );
  await assert.rejects(
    replica.identity.authenticator.authenticate({ ticket: { value: ticket, purpose: 'websocket' } }),
    coded('auth.password_change_required'),
  );
  await refused({ bearer: access });
});

test('an API token goes on: its user made it themselves', async () => {
  const carol = await addPerson(bed.identity, 'carol');
  const caller = await callerOf(bed.identity, carol.email, carol.password);
  const { token } = await plain(
    call(bed.identity, 'createToken', { caller, body: { name: 'ci', expiresInDays: null } }),
  );
  await bed.database.pool.query('UPDATE app.users SET must_change_password = true WHERE id = $1', [carol.id]);
  for (const { identity } of [bed, replica]) {
    assert.equal((await identity.authenticator.authenticate({ bearer: token })).userId, carol.id);
  }
});
