import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { readConfig } from '../../kernel/config/config.ts';
import type { LdapConfig } from '../../kernel/config/ldap.ts';
import { ConfigError } from '../../kernel/config/settings.ts';
import { Reply } from '../../kernel/http/handlers.ts';
import {
  baseDn,
  readerDn,
  readerPassword,
  startSlapd,
  withoutSlapd,
  type Slapd,
} from '../../../test/slapd.ts';
import { assertWithin } from '../../../test/slowness.ts';
import {
  addPerson,
  adminEmail,
  call,
  callerOf,
  coded,
  createBed,
  plain,
  signIn,
  type Bed,
} from './identity-test-kit.ts';

const ldapConfig = (settings: Record<string, string>): LdapConfig => {
  const environment = Object.fromEntries(
    Object.entries({ BASE: baseDn, BIND_DN: readerDn, BIND_PASSWORD: readerPassword, ...settings }).map(
      ([name, value]) => [`DUMONT_LDAP_${name}`, value],
    ),
  );
  const { ldap } = readConfig(environment, '/srv/dumont');
  assert.ok(ldap !== undefined);
  return ldap;
};

test('directory settings are validated together with all others', () => {
  const wrong = {
    URL: 'ldap://directory.example',
    BIND_PASSWORD: '',
    FILTER: 'uid={name}',
    EMAIL_ATTRIBUTE: 'mail)(x',
    GROUP_ROLES: 'cn=a,dc=x => planner; nonsense',
    TIMEOUT_SECONDS: '0',
    TRUST_EMAIL: 'perhaps',
  };
  assert.throws(
    () => ldapConfig(wrong),
    (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      for (const name of Object.keys(wrong)) assert.match(error.message, new RegExp(`DUMONT_LDAP_${name}: `));
      return true;
    },
  );
  assert.throws(() => ldapConfig({ URL: 'ldaps://d', START_TLS: 'yes' }), /DUMONT_LDAP_START_TLS/);
  assert.throws(() => ldapConfig({ URL: 'https://d' }), /DUMONT_LDAP_URL: found "https:"/);
  assert.equal(ldapConfig({ URL: 'ldap://d', START_TLS: 'yes' }).startTls, true);
  assert.deepEqual(ldapConfig({ URL: 'ldaps://d', GROUP_ROLES: 'cn=a,dc=x=>planner' }).groupRoles, [
    { group: 'cn=a,dc=x', role: 'planner' },
  ]);
});

test('certificates that cannot be read stop the start', async () => {
  const ldap = ldapConfig({ URL: 'ldaps://127.0.0.1', CA_FILE: '/nowhere/ca.pem' });
  await assert.rejects(createBed({ ldap }), /DUMONT_LDAP_CA_FILE: found "\/nowhere\/ca.pem"/);
});

describe('sign-in with a directory', () => {
  // Each by itself: a suite that is skipped says nothing.
  const promised = { skip: withoutSlapd };
  let slapd: Slapd;
  let bed: Bed;
  const settings = (): Record<string, string> => ({ URL: slapd.ldapUrl, TIMEOUT_SECONDS: '2' });
  before(async () => {
    if (withoutSlapd !== false) return;
    slapd = await startSlapd();
    bed = await createBed({ ldap: ldapConfig(settings()) });
  });
  after(async () => {
    if (withoutSlapd !== false) return;
    await bed[Symbol.asyncDispose]();
    await slapd[Symbol.asyncDispose]();
  });

  const addEntry = (uid: string, more: Record<string, string | string[]> = {}): Promise<void> =>
    slapd.add(`uid=${uid},ou=people`, {
      objectClass: 'inetOrgPerson',
      cn: `The ${uid}`,
      sn: uid,
      mail: `${uid}@example.org`,
      userPassword: `directory password of ${uid}`,
      ...more,
    });
  const enter = async (username: string, password = `directory password of ${username}`, on = bed) => {
    const session = await call(on.identity, 'login', { body: { username, password, session: 'token' } });
    assert.ok(!(session instanceof Reply) && 'access_token' in session);
    return session;
  };
  const auditOf = async (subjectId: string, on = bed) => {
    const { items } = await plain(
      call(on.identity, 'listAudit', {
        caller: await callerOf(on.identity),
        query: { subjectId, limit: 50 },
      }),
    );
    return items;
  };
  const rolesOf = (user: { memberships: { role: string }[] }) => user.memberships.map(({ role }) => role);

  test('a first sign-in makes a user, by user name or e-mail alike', promised, async () => {
    await addEntry('ada');
    const { user } = await enter('ada');
    assert.deepEqual(
      [user.email, user.username, user.name, user.source, rolesOf(user)],
      ['ada@example.org', 'ada', 'The ada', 'ldap', ['viewer']],
    );
    assert.equal((await enter('ADA@example.org', 'directory password of ada')).user.id, user.id);
    const actions = (await auditOf(user.id)).map(({ action, details }) => [action, details['method']]);
    assert.deepEqual(actions.toReversed(), [
      ['user.registered', undefined],
      ['auth.login', 'ldap'],
      ['auth.login', 'ldap'],
    ]);
  });

  test('names follow the directory, also when the entry is known by another e-mail', promised, async () => {
    await addEntry('bea');
    const { user } = await enter('bea');
    await slapd.replace('uid=bea,ou=people', 'mail', ['beatrice@example.org']);
    await slapd.replace('uid=bea,ou=people', 'cn', ['Beatrice']);
    const again = (await enter('beatrice@example.org', 'directory password of bea')).user;
    assert.deepEqual([again.id, again.email, again.name], [user.id, 'beatrice@example.org', 'Beatrice']);
  });

  test('a wrong, an empty and a cut password prove nothing', promised, async () => {
    await addEntry('cid');
    for (const password of ['wrong', '', '\0directory password of cid']) {
      await assert.rejects(enter('cid', password), coded('auth.credentials'));
    }
    bed.clock.advance(3_600_000);
  });

  test('a name is taken literally, whatever a filter would make of it', promised, async () => {
    await addEntry('dan');
    for (const name of ['da*', '*', 'dan)(uid=*', '*)(|(uid=dan', String.raw`d\61n`]) {
      await assert.rejects(enter(name, 'directory password of dan'), coded('auth.credentials'));
    }
    await addEntry('eve (night)', { mail: 'eve@example.org' });
    await enter('eve (night)');
  });

  test('one name of two entries signs nobody in', promised, async () => {
    await addEntry('fay');
    await addEntry('fay2', { mail: 'fay@example.org' });
    await assert.rejects(enter('fay@example.org', 'directory password of fay'), coded('auth.credentials'));
  });

  test(
    'guesses by every name of an entry count together, before and after its first sign-in',
    promised,
    async () => {
      await addEntry('gil', { mail: ['gil@example.org', 'gilberto@example.org'] });
      const names = ['gil', 'gil@example.org', 'gilberto@example.org', 'GIL'];
      const guess = async (times: number): Promise<void> => {
        for (let index = 0; index < times; index += 1) {
          await assert.rejects(enter(names[index % names.length] ?? '', 'wrong'), coded('auth.credentials'));
        }
        for (const name of names) {
          await assert.rejects(enter(name, 'directory password of gil'), coded('auth.locked'));
        }
      };
      await guess(5);
      bed.clock.advance(3_600_001);
      await enter('gil');
      await guess(5);
      bed.clock.advance(3_600_001);
    },
  );

  test(
    'a local user signs in here alone, and no entry with their e-mail takes the account over',
    promised,
    async () => {
      const hal = await addPerson(bed.identity, 'hal');
      await addEntry('hal');
      await assert.rejects(enter(hal.email, 'directory password of hal'), coded('auth.credentials'));
      await assert.rejects(enter('hal'), coded('auth.directory_email_taken'));
      await signIn(bed.identity, hal.email, hal.password);
    },
  );

  test(
    'where the directory vouches for e-mails, a user who is here is joined, and the audit log says so',
    promised,
    async () => {
      await using trusting = await createBed({ ldap: ldapConfig({ ...settings(), TRUST_EMAIL: 'true' }) });
      const ida = await addPerson(trusting.identity, 'ida');
      await addEntry('ida');
      const { user } = await enter('ida', undefined, trusting);
      assert.deepEqual([user.id, user.source], [ida.id, 'local']);
      assert.ok((await auditOf(ida.id, trusting)).some(({ action }) => action === 'user.identity_joined'));
      await enter(ida.email, 'directory password of ida', trusting);
      await signIn(trusting.identity, ida.email, ida.password);

      const mallory = await addPerson(trusting.identity, 'mallory');
      const caller = await callerOf(trusting.identity, mallory.email, mallory.password);
      await call(trusting.identity, 'updateMe', { caller, body: { email: 'victim@example.org' } });
      await addEntry('victim');
      await assert.rejects(enter('victim', undefined, trusting), coded('auth.directory_email_taken'));
    },
  );

  test('an entry without an e-mail is told what is missing, after its password alone', promised, async () => {
    await slapd.add('uid=jan,ou=people', {
      objectClass: 'inetOrgPerson',
      cn: 'Jan',
      sn: 'Jan',
      userPassword: 'directory password of jan',
    });
    await assert.rejects(enter('jan', 'wrong'), coded('auth.credentials'));
    await assert.rejects(enter('jan'), coded('auth.directory_email_missing'));
  });

  test('groups decide about roles at each sign-in; the last administrator stays one', promised, async () => {
    const group = (name: string): string => `cn=${name},ou=groups,${baseDn}`;
    const member = (uid: string): string => `uid=${uid},ou=people,${baseDn}`;
    await addEntry('kai');
    await addEntry('lea');
    const members = { bosses: [member('kai')], operators: [member('lea'), member('kai')] };
    for (const [name, list] of Object.entries(members)) {
      await slapd.add(`cn=${name},ou=groups`, { objectClass: 'groupOfNames', member: list });
    }
    const roles = `CN=Bosses, ou=groups,${baseDn} => admin; ${group('operators')} => operator; ${group('x')} => gone`;
    await using mapped = await createBed({
      ldap: ldapConfig({ ...settings(), GROUP_ROLES: roles, ROLE: 'none' }),
    });
    const kai = (await enter('kai', undefined, mapped)).user;
    assert.deepEqual([kai.memberships[0]?.projectId, rolesOf(kai)], [null, ['admin']]);
    assert.deepEqual(rolesOf((await enter('lea', undefined, mapped)).user), ['operator']);

    await slapd.replace('cn=operators,ou=groups', 'member', [member('kai')]);
    await slapd.replace('cn=bosses,ou=groups', 'member', [member('lea')]);
    assert.deepEqual(rolesOf((await enter('lea', undefined, mapped)).user), ['admin', 'operator']);
    assert.deepEqual(rolesOf((await enter('kai', undefined, mapped)).user), ['operator']);
    assert.ok((await auditOf(kai.id, mapped)).some(({ details }) => details['by'] === 'directory'));

    const caller = await callerOf(mapped.identity);
    const { items } = await plain(call(mapped.identity, 'listUsers', { caller, query: { limit: 50 } }));
    const admin = items.find(({ email }) => email === adminEmail);
    const lea = items.find(({ username }) => username === 'lea');
    await call(mapped.identity, 'updateUser', {
      caller,
      params: { id: admin?.id },
      body: { installationRole: null },
    });
    await slapd.replace('cn=bosses,ou=groups', 'member', [member('kai')]);
    const last = (await enter('lea', undefined, mapped)).user;
    assert.deepEqual([last.id, rolesOf(last)], [lea?.id, ['admin']]);
  });

  test('a user of the directory has no password here to change', promised, async () => {
    await addEntry('mia');
    const { user, access_token: bearer } = await enter('mia');
    const caller = await bed.identity.authenticator.authenticate({ bearer });
    const body = { current: 'directory password of mia', next: 'another password' };
    await assert.rejects(
      call(bed.identity, 'changePassword', { caller, body }),
      coded('auth.password_external'),
    );
    const admin = await callerOf(bed.identity);
    await assert.rejects(
      call(bed.identity, 'updateUser', {
        caller: admin,
        params: { id: user.id },
        body: { password: 'a new password' },
      }),
      coded('auth.password_external'),
    );
  });

  test('a user who is disabled here stays outside, whatever the directory says', promised, async () => {
    await addEntry('ned');
    const { user } = await enter('ned');
    await call(bed.identity, 'updateUser', {
      caller: await callerOf(bed.identity),
      params: { id: user.id },
      body: { state: 'disabled' },
    });
    await assert.rejects(enter('ned', 'wrong'), coded('auth.credentials'));
    await assert.rejects(enter('ned'), coded('auth.disabled'));
  });

  test('twenty first sign-ins at once make one user', promised, async () => {
    await addEntry('oda');
    const sessions = await Promise.all(Array.from({ length: 20 }, () => enter('oda')));
    assert.equal(new Set(sessions.map(({ user }) => user.id)).size, 1);
  });

  test(
    'a directory that is down or hangs keeps only its own users out, and is asked again when it is back',
    promised,
    async () => {
      await addEntry('pia');
      await enter('pia');
      await slapd.stop();
      try {
        await assert.rejects(enter('pia'), coded('auth.directory_unavailable'));
        await assert.rejects(enter('nobody'), coded('auth.directory_unavailable'));
        await assert.rejects(signIn(bed.identity, adminEmail, 'wrong'), coded('auth.credentials'));
        await signIn(bed.identity);
      } finally {
        await slapd.start();
      }
      await enter('pia');

      const silent = createServer(() => undefined);
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const { port } = silent.address() as AddressInfo;
      try {
        await using hanging = await createBed({
          ldap: ldapConfig({ URL: `ldap://127.0.0.1:${port}`, START_TLS: 'true', TIMEOUT_SECONDS: '1' }),
        });
        const waiting = Array.from({ length: 4 }, () =>
          assert.rejects(enter('pia', undefined, hanging), coded('auth.directory_unavailable')),
        );
        const started = performance.now();
        await signIn(hanging.identity);
        assertWithin(started, 900, 'a local user who did not wait for the directory');
        await Promise.all(waiting);
      } finally {
        silent.close();
      }
    },
  );

  test(
    'a wrong account for searching is the fault of the set-up, not of who signs in',
    promised,
    async () => {
      await using misled = await createBed({ ldap: ldapConfig({ ...settings(), BIND_PASSWORD: 'wrong' }) });
      await assert.rejects(enter('ada', undefined, misled), coded('auth.directory_unavailable'));
    },
  );

  test(
    'over TLS the certificate must be signed by who is configured, and be for the host',
    promised,
    async () => {
      const ways = { ldaps: { URL: slapd.ldapsUrl }, startTls: { URL: slapd.ldapUrl, START_TLS: 'true' } };
      for (const [way, url] of Object.entries(ways)) {
        await using trusted = await createBed({
          ldap: ldapConfig({ ...settings(), ...url, CA_FILE: slapd.caFile }),
        });
        assert.equal((await enter('ada', undefined, trusted)).user.source, 'ldap', way);
        await using untrusted = await createBed({ ldap: ldapConfig({ ...settings(), ...url }) });
        await assert.rejects(enter('ada', undefined, untrusted), coded('auth.directory_unavailable'), way);
        const elsewhere = { ...url, URL: url.URL.replace('127.0.0.1', 'localhost') };
        await using misnamed = await createBed({
          ldap: ldapConfig({ ...settings(), ...elsewhere, CA_FILE: slapd.caFile }),
        });
        await assert.rejects(enter('ada', undefined, misnamed), coded('auth.directory_unavailable'), way);
      }
    },
  );
});
