import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addPerson, coded, createBed, type Bed } from './identity-test-kit.ts';
import type { DoorSignIn } from './index.ts';

const address = '192.0.2.7';
let bed: Bed;
let door: DoorSignIn;
before(async () => {
  bed = await createBed();
  door = bed.identity.openDoor({ audience: 'another-door', seconds: 3600 });
});
after(() => bed[Symbol.asyncDispose]());

/** The password that was mailed; undefined where no mail went out. */
const recover = async (email: string): Promise<string | undefined> => {
  let mailed: string | undefined;
  await bed.identity.recovery.begin(email, address, async (_transaction, _user, password) => {
    mailed = password;
  });
  return mailed;
};
const signIn = (name: string, password: string) => door.byPassword({ name, password }, address);

test('a mailed password is good for one sign-in, after which it must be changed; the old one is gone then', async () => {
  const { email, password } = await addPerson(bed.identity, 'ada');
  const mailed = await recover(email);
  assert.ok(mailed);
  const { token, userId } = await signIn(email, mailed);
  const account = await bed.identity.accounts.find({ id: userId });
  assert.equal(account?.mustChangePassword, true);
  await assert.rejects(
    door.authenticator.authenticate({ bearer: token }),
    coded('auth.password_change_required'),
  );
  await assert.rejects(signIn(email, password), coded('auth.credentials'));
});

test('until it is used, who asked for it in the name of another has changed nothing', async () => {
  const { email, password } = await addPerson(bed.identity, 'bea');
  const { token } = await signIn(email, password);
  await recover(email);
  await signIn(email, password);
  await door.authenticator.authenticate({ bearer: token });
});

test('a mailed password runs out after an hour', async () => {
  const { email } = await addPerson(bed.identity, 'cy');
  const mailed = await recover(email);
  bed.clock.advance(61 * 60_000);
  await assert.rejects(signIn(email, mailed ?? ''), coded('auth.credentials'));
});

test('it is mailed in the language of whoever forgot it, or that of the installation', async () => {
  const { email } = await addPerson(bed.identity, 'eva');
  const languages: string[] = [];
  const note = () =>
    bed.identity.recovery.begin(email, address, async (_transaction, user) => {
      languages.push(user.language);
    });
  await note();
  await bed.database.pool.query(`UPDATE users SET locale = 'pt-BR' WHERE email = $1`, [email]);
  await note();
  assert.deepEqual(languages, ['en', 'pt-BR']);
});

test('nobody is mailed at an address that nobody has', async () => {
  assert.equal(await recover('nobody@example.org'), undefined);
});

test('a token is of its door alone, and ends when its time has come', async () => {
  const { email, password } = await addPerson(bed.identity, 'dot');
  const { token } = await signIn(email, password);
  await assert.rejects(
    bed.identity.authenticator.authenticate({ bearer: token }),
    coded('auth.token_invalid'),
  );
  bed.clock.advance(3601_000);
  await assert.rejects(door.authenticator.authenticate({ bearer: token }), coded('auth.token_invalid'));
});
