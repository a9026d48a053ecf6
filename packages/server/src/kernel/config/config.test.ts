import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfig } from './config.ts';
import { ConfigError } from './settings.ts';

const read = (environment: Record<string, string>) => readConfig(environment, '/srv/dumont');

test('without any setting the server listens on the loopback alone and keeps its data in the checkout', () => {
  const config = read({});
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.dataDir, '/srv/dumont/.dumont');
  assert.equal(config.registration, 'closed');
  assert.equal(config.trustProxy, false);
  assert.deepEqual(config.corsOrigins, []);
  assert.deepEqual(config.pathRoots, ['/srv/dumont/.dumont/files']);
  assert.equal(config.oidc, undefined);
  assert.equal(config.s3, undefined);
});

test('everything that is wrong is said at once: the name, what was found, what is allowed', () => {
  const wrong = {
    DUMONT_PORT: '70000',
    DUMONT_TRUST_PROXY: 'perhaps',
    DUMONT_ROLES: 'api,cook',
    DUMONT_LOG_LEVEL: 'loud',
    DUMONT_PUBLIC_URL: 'dumont.example',
    DUMONT_S3_BUCKET: 'b',
    DUMONT_LOCAL_RUNS: '1.5',
  };
  assert.throws(
    () => read(wrong),
    (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      const lines = error.message.split('\n').map((line) => line.trim());
      assert.ok(lines.includes('DUMONT_PORT: found "70000", allowed: a whole number from 0 to 65535'));
      assert.ok(lines.includes('DUMONT_ROLES: found "cook", allowed: api, worker, scheduler, gateway'));
      for (const name of [...Object.keys(wrong), 'DUMONT_S3_ACCESS_KEY_ID', 'DUMONT_S3_SECRET_ACCESS_KEY']) {
        if (name !== 'DUMONT_S3_BUCKET') assert.ok(error.message.includes(`${name}:`), name);
      }
      return true;
    },
  );
});

test('a budget of machines and the shape of their race are settings, within bounds', () => {
  assert.deepEqual(read({}).machines, {
    maxMachines: 100,
    maxMicroUsdPerHour: 100_000_000,
    batchSize: 5,
    maxBatches: 3,
    batchSeconds: 90,
  });
  const own = read({
    DUMONT_MACHINES_MAX: '2',
    DUMONT_MACHINES_MAX_DOLLARS_PER_HOUR: '3',
    DUMONT_RACE_BATCH: '4',
    DUMONT_RACE_BATCHES: '1',
    DUMONT_RACE_SECONDS: '60',
  });
  assert.deepEqual(Object.values(own.machines), [2, 3_000_000, 4, 1, 60]);
  assert.throws(
    () => read({ DUMONT_RACE_BATCH: '0', DUMONT_RACE_SECONDS: '1' }),
    /RACE_BATCH.*\n.*RACE_SECONDS/,
  );
});

test('a wrong address is refused without showing the password in it', () => {
  assert.throws(
    () => read({ DATABASE_URL: 'mysql://user:hidden@host/db' }),
    (error: unknown) =>
      error instanceof ConfigError && error.message.includes('mysql:') && !error.message.includes('hidden'),
  );
});

test('a setting that is empty counts as absent; spaces around it do not count', () => {
  const config = read({
    DUMONT_HOST: ' ',
    DUMONT_PORT: ' 80 ',
    DUMONT_OIDC_ISSUER: '',
    DUMONT_CORS_ORIGINS: ' a , ,b',
  });
  assert.deepEqual([config.host, config.port, config.oidc], ['127.0.0.1', 80, undefined]);
  assert.deepEqual(config.corsOrigins, ['a', 'b']);
});

test('a server that cannot be configured says so on stderr and exits with 78', () => {
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, '../../main.ts')],
    { env: { PATH: process.env['PATH'], DUMONT_PORT: 'x', DUMONT_ROLES: 'cook' }, encoding: 'utf8' },
  );
  assert.equal(status, 78);
  assert.equal(stdout, '');
  assert.match(
    stderr,
    /^The configuration cannot be used:\n  DUMONT_PORT: found "x".*\n  DUMONT_ROLES: found "cook".*\n$/,
  );
});
