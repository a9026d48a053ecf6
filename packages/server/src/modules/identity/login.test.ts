import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../kernel/errors.ts';
import type { StoredEvent } from '../../kernel/events/events.ts';
import { waitFor } from '../../../test/wait.ts';
import {
  addPerson,
  adminEmail,
  adminPassword,
  call,
  callerOf,
  coded,
  createBed,
  createReplica,
  signIn,
} from './identity-test-kit.ts';
import { createPasswordHasher } from './password-hasher.ts';

const failTimes = async (times: number, attempt: () => Promise<unknown>): Promise<void> => {
  for (let index = 0; index < times; index += 1) await assert.rejects(attempt, coded('auth.credentials'));
};
const retryAfter = async (attempt: () => Promise<unknown>): Promise<number> => {
  try {
    await attempt();
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === 'auth.locked', String(error));
    return Number(error.params['retryAfterSeconds']);
  }
  throw new Error('it was not locked');
};

test('five failures lock the account for that address, longer each time, on every replica', async () => {
  await using bed = await createBed();
  await using other = await createReplica(bed.database, bed.clock);
  const { identity, clock } = bed;
  const wrong = () => signIn(identity, adminEmail, 'wrong');
  await failTimes(5, wrong);
  assert.equal(await retryAfter(() => signIn(identity)), 30, 'the right password is refused too');
  assert.equal(await retryAfter(() => signIn(other.identity)), 30);
  await signIn(identity, adminEmail, adminPassword, '198.51.100.9');
  clock.advance(30_000);
  await failTimes(1, wrong);
  assert.equal(await retryAfter(wrong), 60);
  clock.advance(60_000);
  await signIn(identity);
  await failTimes(4, wrong);
  await signIn(identity);
});

test('guesses by e-mail and by user name count together', async () => {
  await using bed = await createBed();
  const { identity } = bed;
  await call(identity, 'createUser', {
    caller: await callerOf(identity),
    body: {
      email: 'ada@example.org',
      username: 'ada',
      name: 'Ada',
      password: 'password of ada',
      installationRole: null,
      defaultProjectRole: null,
    },
  });
  await failTimes(3, () => signIn(identity, 'ada@example.org', 'wrong'));
  const byName = () =>
    call(identity, 'login', { body: { username: 'Ada', password: 'wrong', session: 'token' } });
  await failTimes(2, byName);
  await retryAfter(byName);
});

test('an address that tries many accounts is slowed, an IPv6 network as one', async () => {
  await using bed = await createBed();
  const { identity } = bed;
  for (let index = 0; index < 20; index += 1) {
    const address = `2001:db8:1:2::${index.toString(16)}`;
    await failTimes(1, () => signIn(identity, `nobody${index}@example.org`, 'wrong', address));
  }
  assert.equal(await retryAfter(() => signIn(identity, adminEmail, adminPassword, '2001:db8:1:2::ffff')), 30);
  await signIn(identity, adminEmail, adminPassword, '2001:db8:1:3::1');
});

test('guesses that arrive at once are not all checked', async () => {
  await using bed = await createBed();
  const outcomes = await Promise.all(
    Array.from({ length: 40 }, () =>
      signIn(bed.identity, adminEmail, 'wrong').catch((error: unknown) => (error as AppError).code),
    ),
  );
  const checked = outcomes.filter((outcome) => outcome === 'auth.credentials').length;
  assert.ok(checked >= 5 && checked <= 6, `${checked} guesses were checked`);
});

test('a lock is an event for the alarms', async () => {
  await using bed = await createBed();
  const seen: StoredEvent[] = [];
  bed.events.subscribe((events) => seen.push(...events));
  await failTimes(5, () => signIn(bed.identity, adminEmail, 'wrong'));
  const event = await waitFor('user.locked', () => seen.find(({ name }) => name === 'user.locked'));
  assert.equal(event.subject, adminEmail);
});

test('an unknown account is answered like a wrong password, and takes as long', async () => {
  await using bed = await createBed();
  await assert.rejects(signIn(bed.identity, 'nobody@example.org', 'wrong'), coded('auth.credentials'));
  const hasher = await createPasswordHasher('stand-in');
  const stored = await hasher.hash('right');
  /** Of processor: what others do on this host at the moment makes one wait, and costs nothing here. */
  const costMs = async (hash: string | undefined): Promise<number> => {
    const before = process.cpuUsage();
    assert.equal(await hasher.inSlot((verify) => verify(hash, 'wrong')), false);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  const costs = { known: [] as number[], unknown: [] as number[] };
  for (let round = 0; round < 5; round += 1) {
    costs.known.push(await costMs(stored));
    costs.unknown.push(await costMs(undefined));
  }
  const [known, unknown] = [Math.min(...costs.known), Math.min(...costs.unknown)];
  assert.ok(unknown > known / 2, `${unknown} ms of processor without an account, ${known} ms with one`);
  assert.equal(await hasher.inSlot((verify) => verify(undefined, 'stand-in')), false);
});

test('a server that hashes enough already sends the rest away', async () => {
  const hasher = await createPasswordHasher('stand-in');
  const held = Promise.withResolvers<void>();
  const waiting = Array.from({ length: 102 }, () => hasher.inSlot(() => held.promise));
  await assert.rejects(hasher.hash('one too many'), coded('server.overloaded'));
  held.resolve();
  await Promise.all(waiting);
  await hasher.hash('now there is room');
});

test('a disabled account is told so only with the right password', async () => {
  await using bed = await createBed();
  const { identity } = bed;
  const ada = await addPerson(identity, 'ada');
  await call(identity, 'updateUser', {
    caller: await callerOf(identity),
    params: { id: ada.id },
    body: { state: 'disabled' },
  });
  await assert.rejects(signIn(identity, ada.email, 'wrong'), coded('auth.credentials'));
  await assert.rejects(signIn(identity, ada.email, ada.password), coded('auth.disabled'));
});

test('registration is closed unless it was opened', async () => {
  const body = { email: 'new@example.org', name: 'New', password: 'a good password' };
  {
    await using bed = await createBed();
    await assert.rejects(call(bed.identity, 'register', { body }), coded('auth.registration_closed'));
  }
  await using bed = await createBed({ registration: 'open' });
  const session = await call(bed.identity, 'register', { body });
  assert.ok('access_token' in session);
  const caller = await bed.identity.authenticator.authenticate({ bearer: session.access_token });
  assert.equal(caller.installation.size, 0);
  assert.deepEqual([...caller.projects.keys()], [bed.identity.defaultProjectId]);
  await assert.rejects(call(bed.identity, 'register', { body }), coded('user.email_taken'));
  await assert.rejects(
    call(bed.identity, 'register', { body: { ...body, email: 'b@example.org', username: adminEmail } }),
    coded('request.invalid'),
  );
});
