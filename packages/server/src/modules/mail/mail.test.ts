import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import type { Finding } from '@dumont/contracts/finding';
import { found, proseOf } from '@dumont/contracts/findings';
import type { SMTPServerOptions } from 'smtp-server';
import { createTestClock, type TestClock } from '../../../test/test-clock.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { startInbox, type Inbox } from '../../../test/inbox.ts';
import { waitFor } from '../../../test/wait.ts';
import { createNotifications } from '../../kernel/db/notifications.ts';
import { AppError } from '../../kernel/errors.ts';
import { createLogger } from '../../kernel/log.ts';
import { createMetrics } from '../../kernel/metrics.ts';
import { createSystemRandom } from '../../kernel/random.ts';
import { systemClock, type Clock } from '../../kernel/clock.ts';
import { createMail } from './index.ts';

const startServer = async (t: TestContext, options: SMTPServerOptions = {}): Promise<Inbox> => {
  const inbox = await startInbox(options);
  t.after(() => inbox[Symbol.asyncDispose]());
  return inbox;
};

const openMail = (database: TestDatabase, smtpUrl: string | undefined, clock: Clock = systemClock) => {
  const log = createLogger('silent');
  const metrics = createMetrics({ processMetrics: false });
  const notifications = createNotifications({ url: database.url, clock: systemClock, log });
  const mail = createMail({
    db: database.db,
    clock,
    random: createSystemRandom(systemClock),
    log,
    metrics,
    notifications,
    config: { smtpUrl, mailFrom: 'Dumont <dumont@example.org>' },
  });
  return {
    ...mail,
    metrics,
    [Symbol.asyncDispose]: async () => {
      await mail[Symbol.asyncDispose]();
      await notifications[Symbol.asyncDispose]();
    },
  };
};

const message = { to: 'ana@example.org', subject: 'Olá, ação', text: 'one line\n' };

const wordsOf = (said: Finding | null | undefined): string => (said ? proseOf(said) : '');

const deliveryOf = async (mail: ReturnType<typeof openMail>, id: string) =>
  (await mail.findDeliveries([id])).get(id);

/** Waits for the n-th attempt to have failed, so that nothing is held when time moves. */
const attemptFailed = (database: TestDatabase, id: string, attempts: number) =>
  waitFor(`attempt ${attempts} to fail`, () =>
    database.db
      .selectFrom('mails')
      .select('due_at')
      .where('id', '=', id)
      .where('attempts', '=', attempts)
      .where('lease_token', 'is', null)
      .where('error', 'is not', null)
      .executeTakeFirst(),
  );

const settled = (mail: ReturnType<typeof openMail>, id: string) =>
  waitFor('the mail to end', async () => {
    const delivery = await deliveryOf(mail, id);
    return delivery?.state === 'waiting' ? undefined : delivery;
  });

/** Moves to when the mail is due again; the wake-up makes the worker look at that time, whatever it is about. */
const moveTo = async (database: TestDatabase, clock: TestClock, time: Date): Promise<void> => {
  clock.advance(Math.max(0, time.getTime() - clock.now().getTime()));
  await database.pool.query("select pg_notify('dumont_mails', '')");
};

describe('a queued mail', () => {
  it('goes out after commit, once, and its text is not kept', async (t) => {
    await using database = await createTestDatabase();
    const inbox = await startServer(t);
    await using mail = openMail(database, `smtp://127.0.0.1:${inbox.port}`);
    assert.equal(mail.configured, true);
    const id = await database.db.transaction().execute(async (tx) => {
      const queued = await mail.send(tx, { ...message, html: '<p>one line</p>' });
      assert.equal(inbox.mails.length, 0);
      return queued;
    });
    assert.deepEqual(await settled(mail, id), { state: 'sent', attempts: 1, error: null });
    assert.equal(inbox.mails.length, 1);
    const [received] = inbox.mails;
    assert.equal(received?.to, 'ana@example.org');
    assert.match(received?.source ?? '', new RegExp(`^Message-ID: <${id}@example.org>`, 'im'));
    assert.match(received?.source ?? '', /^Auto-Submitted: auto-generated/m);
    assert.match(received?.source ?? '', /text\/html/);
    const row = await database.db.selectFrom('mails').selectAll().executeTakeFirstOrThrow();
    assert.deepEqual([row.body_text, row.body_html], [null, null]);
  });

  it('does not exist when the transaction is rolled back', async (t) => {
    await using database = await createTestDatabase();
    const inbox = await startServer(t);
    await using mail = openMail(database, `smtp://127.0.0.1:${inbox.port}`);
    const rolledBack = database.db.transaction().execute(async (tx) => {
      await mail.send(tx, message);
      throw new Error('changed my mind');
    });
    await assert.rejects(rolledBack, /changed my mind/);
    await settled(mail, await mail.send(database.db, { ...message, to: 'rui@example.org' }));
    assert.deepEqual(
      inbox.mails.map(({ to }) => to),
      ['rui@example.org'],
    );
  });

  it('is refused at once where no server is configured', async () => {
    await using database = await createTestDatabase();
    await using mail = openMail(database, undefined);
    assert.equal(mail.configured, false);
    await assert.rejects(
      mail.send(database.db, message),
      (error: unknown) => error instanceof AppError && error.code === 'mail.not_configured',
    );
    assert.deepEqual(await mail.deliverNow(message), {
      ok: false,
      explanation: found('mail.not_configured'),
    });
  });

  it('is tried again when the server refuses it for now, and goes out when it does not', async (t) => {
    await using database = await createTestDatabase();
    let refusals = 2;
    const inbox = await startServer(t, {
      onRcptTo: (_address, _session, done) => {
        refusals -= 1;
        if (refusals < 0) done();
        else done(Object.assign(new Error('mailbox busy'), { responseCode: 450 }));
      },
    });
    const clock = createTestClock();
    await using mail = openMail(database, `smtp://127.0.0.1:${inbox.port}`, clock);
    const id = await mail.send(database.db, message);
    const first = await attemptFailed(database, id, 1);
    assert.match(
      wordsOf((await deliveryOf(mail, id))?.error),
      /refused the sender or the recipient.*450.*mailbox busy/,
    );
    await moveTo(database, clock, first.due_at);
    const second = await attemptFailed(database, id, 2);
    const [firstPause, secondPause] = [first.due_at, second.due_at].map((due) => due.getTime());
    assert.ok((secondPause ?? 0) - (firstPause ?? 0) > 20_000, 'the pauses grow');
    await moveTo(database, clock, second.due_at);
    assert.deepEqual(await settled(mail, id).then(({ state, attempts }) => [state, attempts]), ['sent', 3]);
    assert.equal(inbox.mails.length, 1);
    const counted = await mail.metrics.registry.getSingleMetricAsString('dumont_mails_total');
    assert.match(counted, /outcome="sent"\} 1\n.*outcome="retried"\} 2\n.*outcome="dead"\} 0/);
  });

  it('is given up at once when the server refuses it for good, with the reason', async (t) => {
    await using database = await createTestDatabase();
    const inbox = await startServer(t, {
      onRcptTo: (_address, _session, done) =>
        done(Object.assign(new Error('no such user here'), { responseCode: 550 })),
    });
    await using mail = openMail(database, `smtp://127.0.0.1:${inbox.port}`);
    const delivery = await settled(mail, await mail.send(database.db, message));
    assert.deepEqual([delivery.state, delivery.attempts], ['failed', 1]);
    assert.match(wordsOf(delivery.error), /550 no such user here/);
  });

  it('is given up after the last attempt, with the reason of that', async (t) => {
    await using database = await createTestDatabase();
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as AddressInfo;
    gone.close();
    const clock = createTestClock();
    await using mail = openMail(database, `smtp://127.0.0.1:${port}`, clock);
    const id = await mail.send(database.db, message);
    const started = clock.now().getTime();
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      await moveTo(database, clock, (await attemptFailed(database, id, attempt)).due_at);
    }
    const delivery = await settled(mail, id);
    assert.deepEqual([delivery.state, delivery.attempts], ['failed', 11]);
    assert.match(wordsOf(delivery.error), /connection to the mail server failed.*ECONNREFUSED/);
    const hours = (clock.now().getTime() - started) / 3_600_000;
    assert.ok(hours > 12 && hours < 20, `${hours} h`);
    t.diagnostic(`given up after ${hours.toFixed(1)} h`);
  });

  it('waits with another try for a stalled server, without holding up the end of this one', async (t) => {
    await using database = await createTestDatabase();
    const connected = Promise.withResolvers<void>();
    const stalled = createServer((socket) => {
      socket.on('error', () => undefined);
      connected.resolve();
    }).listen(0, '127.0.0.1');
    await once(stalled, 'listening');
    t.after(() => stalled.close());
    const { port } = stalled.address() as AddressInfo;
    let id: string;
    {
      await using mail = openMail(database, `smtp://127.0.0.1:${port}`);
      id = await mail.send(database.db, message);
      await connected.promise;
    }
    const row = await database.db
      .selectFrom('mails')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    assert.deepEqual([row.state, row.attempts, row.lease_token], ['waiting', 0, null]);
    const inbox = await startServer(t);
    await using mail = openMail(database, `smtp://127.0.0.1:${inbox.port}`);
    assert.equal((await settled(mail, id)).state, 'sent');
  });

  it('that a killed process had handed over goes out again under the same Message-ID only', async (t) => {
    await using database = await createTestDatabase();
    const killed = Promise.withResolvers<void>();
    const copies: string[] = [];
    const inbox = await startServer(t, {
      onData: (stream, _session, done) => {
        let source = '';
        stream.setEncoding('utf8');
        stream.on('data', (chunk: string) => (source += chunk));
        stream.on('end', () => {
          copies.push(/^Message-ID: (.*)$/im.exec(source)?.[1] ?? '');
          // The server has it; the sender dies before it hears of that.
          if (copies.length === 1) child.kill('SIGKILL');
          if (copies.length === 1) killed.resolve();
          done();
        });
      },
    });
    const url = `smtp://127.0.0.1:${inbox.port}`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', sender], {
      env: { ...process.env, TEST_DATABASE: database.url, TEST_SMTP: url },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    t.after(() => child.kill('SIGKILL'));
    await killed.promise;
    const { id } = await database.db.selectFrom('mails').select('id').executeTakeFirstOrThrow();
    // After the lease of the dead process has run out.
    const clock = createTestClock(new Date(systemClock.now().getTime() + 60_000));
    await using mail = openMail(database, url, clock);
    assert.deepEqual(await settled(mail, id), { state: 'sent', attempts: 2, error: null });
    assert.deepEqual(copies, [`<${id}@example.org>`, `<${id}@example.org>`]);
  });
});

const from = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
/** A process of its own that queues one mail and delivers. */
const sender = `
  import { connectDatabase } from ${from('../../kernel/db/database.ts')};
  import { createNotifications } from ${from('../../kernel/db/notifications.ts')};
  import { systemClock as clock } from ${from('../../kernel/clock.ts')};
  import { createLogger } from ${from('../../kernel/log.ts')};
  import { createMetrics } from ${from('../../kernel/metrics.ts')};
  import { createSystemRandom } from ${from('../../kernel/random.ts')};
  import { createMail } from ${from('./index.ts')};
  const url = process.env.TEST_DATABASE;
  const log = createLogger('silent');
  const { db } = connectDatabase(url, { poolSize: 2, onError: () => undefined });
  const mail = createMail({
    db, clock, log, random: createSystemRandom(clock), metrics: createMetrics({ processMetrics: false }),
    notifications: createNotifications({ url, clock, log }),
    config: { smtpUrl: process.env.TEST_SMTP, mailFrom: 'Dumont <dumont@example.org>' },
  });
  await mail.send(db, { to: 'ana@example.org', subject: 'twice', text: 'x' });`;

describe('an attempt to send mail now', () => {
  const attempt = async (smtpUrl: string, clock: Clock = systemClock) => {
    await using database = await createTestDatabase();
    await using mail = openMail(database, smtpUrl, clock);
    return await mail.deliverNow(message);
  };

  it('signs in where the address holds credentials, and says when they are wrong', async (t) => {
    const inbox = await startServer(t, {
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) => {
        if (username === 'dumont' && password === 'p@ss:word') done(null, { user: 'dumont' });
        else done(Object.assign(new Error('wrong password'), { responseCode: 535 }));
      },
    });
    const address = `127.0.0.1:${inbox.port}?requireTLS=false`;
    const good = await attempt(`smtp://dumont:p%40ss%3Aword@${address}`);
    assert.equal(good.ok, true, wordsOf(good.explanation));
    const wrong = await attempt(`smtp://dumont:secret@${address}`);
    assert.equal(wrong.ok, false);
    assert.match(wordsOf(wrong.explanation), /did not accept the user name or password.*wrong password/);
    assert.doesNotMatch(wordsOf(wrong.explanation), /secret/);
  });

  it('goes in the clear to nobody who must encrypt', async (t) => {
    const inbox = await startServer(t, { disabledCommands: ['STARTTLS'] });
    const answer = await attempt(`smtp://127.0.0.1:${inbox.port}?requireTLS=true`);
    assert.equal(answer.ok, false);
    assert.match(wordsOf(answer.explanation), /cannot be encrypted|STARTTLS/);
    assert.equal(inbox.mails.length, 0);
  });

  it('trusts no certificate that it cannot verify', async (t) => {
    const direct = await startServer(t, { secure: true });
    const upgraded = await startServer(t, { hideSTARTTLS: false });
    for (const url of [`smtps://127.0.0.1:${direct.port}`, `smtp://127.0.0.1:${upgraded.port}`]) {
      const answer = await attempt(url);
      assert.equal(answer.ok, false);
      assert.match(wordsOf(answer.explanation), /certificate/);
    }
    assert.deepEqual([...direct.mails, ...upgraded.mails], []);
  });

  it('ends in time when the server stalls', async (t) => {
    const clock = createTestClock();
    const stalled = createServer((socket) => {
      socket.on('error', () => undefined);
      clock.advance(60_000);
    }).listen(0, '127.0.0.1');
    await once(stalled, 'listening');
    t.after(() => stalled.close());
    const answer = await attempt(`smtp://127.0.0.1:${(stalled.address() as AddressInfo).port}`, clock);
    assert.deepEqual(answer, { ok: false, explanation: found('mail.late', { seconds: 60 }) });
  });
});
