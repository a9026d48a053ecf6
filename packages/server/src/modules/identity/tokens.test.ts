import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Caller } from '../../kernel/access/caller.ts';
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
} from './identity-test-kit.ts';

let bed: Bed;
let admin: Caller;
before(async () => {
  bed = await createBed();
  admin = await callerOf(bed.identity);
});
after(() => bed[Symbol.asyncDispose]());

const issueTicket = async (purpose: 'websocket' | 'download'): Promise<string> =>
  (await plain(call(bed.identity, 'issueTicket', { caller: admin, body: { purpose } }))).ticket;
const enter = (value: string, purpose: 'websocket' | 'download', identity = bed.identity): Promise<Caller> =>
  identity.authenticator.authenticate({ ticket: { value, purpose } });

test('a ticket lets in once, on any replica, for its purpose, for 30 s', async () => {
  await using other = await createReplica(bed.database, bed.clock);
  const ticket = await issueTicket('websocket');
  await assert.rejects(enter(ticket, 'download'), coded('auth.ticket'));
  const outcomes = await Promise.allSettled([
    enter(ticket, 'websocket'),
    enter(ticket, 'websocket', other.identity),
    enter(ticket, 'websocket'),
  ]);
  const inside = outcomes.filter(({ status }) => status === 'fulfilled');
  assert.equal(inside.length, 1);
  const late = await issueTicket('download');
  bed.clock.advance(30_000);
  await assert.rejects(enter(late, 'download'), coded('auth.ticket'));
});

test('a ticket does not outlive the session that asked for it', async () => {
  const { access } = await signIn(bed.identity);
  const ask = () => bed.identity.authenticator.authenticate({ bearer: access });
  const caller = await ask();
  const { ticket } = await plain(
    call(bed.identity, 'issueTicket', { caller, body: { purpose: 'websocket' } }),
  );
  await call(bed.identity, 'logout', { caller });
  await waitFor(
    'the end of the session',
    () =>
      ask().then(
        () => false,
        () => true,
      ),
    1000,
  );
  await assert.rejects(enter(ticket, 'websocket'), coded('auth.token_invalid'));
});

test('what has run out is deleted within the hour', async () => {
  await using own = await createBed();
  const caller = await callerOf(own.identity);
  await call(own.identity, 'issueTicket', { caller, body: { purpose: 'websocket' } });
  await call(own.identity, 'logout', { caller });
  const count = async (table: string): Promise<number> =>
    (await own.database.pool.query(`SELECT 1 FROM ${table}`)).rows.length;
  const atRest = own.clock.sleeping;
  own.clock.advance(60 * 60_000);
  await waitFor('the ticket to go', async () => (await count('tickets')) === 0);
  assert.equal(await count('sessions'), 1, 'ended sessions stay a month, to recognise their tokens by');
  // Who is still at work when time moves on sleeps from then on.
  await waitFor('the housekeeping to rest', async () => own.clock.sleeping >= atRest);
  own.clock.advance(31 * 24 * 60 * 60_000);
  await waitFor('the session to go', async () => (await count('sessions')) === 0);
  assert.equal(await count('refresh_tokens'), 0);
});

test('an API token acts as its user until it runs out, and says roughly when it was used', async () => {
  const made = await plain(
    call(bed.identity, 'createToken', { caller: admin, body: { name: 'ci', expiresInDays: 1 } }),
  );
  assert.match(made.token, /^dmt_[\w-]{43}$/);
  assert.ok(made.token.startsWith(made.prefix));
  const use = () => bed.identity.authenticator.authenticate({ bearer: made.token });
  const shown = async () => {
    const { items } = await plain(call(bed.identity, 'listTokens', { caller: admin }));
    assert.ok(!JSON.stringify(items).includes(made.token));
    return items.find(({ id }) => id === made.id)?.lastUsedAt;
  };
  assert.equal(await shown(), null);
  const first = bed.clock.now().toISOString();
  assert.equal((await use()).userId, admin.userId);
  assert.equal(await shown(), first);
  bed.clock.advance(59_000);
  await use();
  assert.equal(await shown(), first);
  bed.clock.advance(1_000);
  await use();
  assert.equal(await shown(), bed.clock.now().toISOString());
  bed.clock.advance(24 * 60 * 60_000);
  await assert.rejects(use(), coded('auth.token_invalid'));
});

test('nobody revokes the token of another', async () => {
  const made = await plain(
    call(bed.identity, 'createToken', { caller: admin, body: { name: 'ci', expiresInDays: null } }),
  );
  const ada = await addPerson(bed.identity, 'ada');
  const caller = await callerOf(bed.identity, ada.email, ada.password);
  await assert.rejects(
    call(bed.identity, 'deleteToken', { caller, params: { id: made.id } }),
    coded('token.not_found'),
  );
  await bed.identity.authenticator.authenticate({ bearer: made.token });
});

test('secrets are stored as hashes or sealed, never as they are', async () => {
  const made = await plain(
    call(bed.identity, 'createToken', { caller: admin, body: { name: 'ci', expiresInDays: null } }),
  );
  const ticket = await issueTicket('download');
  for (const table of [
    'api_tokens',
    'tickets',
    'refresh_tokens',
    'sessions',
    'signing_keys',
    'shared_secrets',
  ]) {
    const { rows } = await bed.database.pool.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t`);
    const text = rows.map(({ row }) => row).join('\n');
    for (const secret of [made.token, ticket]) {
      assert.ok(!text.includes(secret) && !text.includes(Buffer.from(secret).toString('hex')), table);
    }
    assert.ok(!text.includes('"d"'), 'no private key in the open');
  }
});
