import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { startS3, type S3StandIn } from '@dumont/simulator/s3';
import { systemClock } from '../../../kernel/clock.ts';
import { createJobBed, type JobBed } from '../job-test-kit.ts';
import { ResticFailure } from '../restic/failure.ts';
import { createLocalMachine, createTestFolder, createTestRestic, never } from '../snapshots-test-kit.ts';
import { createS3Place, type AccessKey } from './s3-place.ts';

const key: AccessKey = { accessKeyId: 'server', secretAccessKey: 'the secret of the server' };
let s3: S3StandIn;
let folder: Awaited<ReturnType<typeof createTestFolder>>;

before(async () => {
  folder = await createTestFolder();
  s3 = await startS3({
    port: 0,
    ...key,
    buckets: ['snapshots'],
    folder: join(folder.path, 's3'),
    clock: systemClock,
  });
});
after(async () => {
  await s3[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const placeWith = (machineKey: AccessKey | undefined, server: AccessKey = key) =>
  createS3Place(
    { endpoint: s3.url, region: 'auto', bucket: 'snapshots', prefix: 'ours/', ...server },
    machineKey,
  );

/** A snapshot, another, and both back. */
const goThere = async (bed: JobBed): Promise<void> => {
  const source = await bed.addMachine();
  const file = join(source.folder, 'work/a.bin');
  const content = Buffer.from(Array.from({ length: 2_000_000 }, (_, at) => (at * at) % 251));
  const below = source.folder.slice(bed.folder.path.length + 1);
  await bed.folder.write({ [`${below}/work/a.bin`]: content });
  const request = { kind: 'hibernate', paths: [join(source.folder, 'work')] } as const;
  const first = await bed.api.waitFor(
    (await bed.api.create(source.machine, request)).id,
    AbortSignal.timeout(50_000),
  );
  assert.deepEqual([first.state, first.error_message], ['verified', null]);
  const again = await bed.api.waitFor(
    (await bed.api.create(source.machine, request)).id,
    AbortSignal.timeout(50_000),
  );
  assert.deepEqual([again.state, again.files_unmodified], ['verified', 1]);
  await rm(file);
  const target = await bed.addMachine();
  const restored = await bed.api.waitForRestore(
    (await bed.api.restore(target.machine, { snapshotId: again.id, targetPath: '/' })).id,
    AbortSignal.timeout(50_000),
  );
  assert.deepEqual([restored.state, restored.errors], ['complete', []]);
  assert.ok(content.equals(await readFile(file)), 'other bytes');
};

describe('repositories in S3', () => {
  test('through the gateway, machines hold no key of the store', async () => {
    await using bed = await createJobBed({ placeIn: async () => placeWith(undefined) });
    await using _workers = bed.startWorkers();
    await goThere(bed);
  });

  test('with a key that the operator names for machines, straight to the store over plain HTTP', async () => {
    await using bed = await createJobBed({ placeIn: async () => placeWith(key) });
    await using _workers = bed.startWorkers();
    await goThere(bed);
  });

  test('a wrong secret is said to be one, and is not shown', async () => {
    const wrong = { accessKeyId: 'server', secretAccessKey: 'not the secret' };
    await using bed = await createJobBed({ placeIn: async () => placeWith(undefined, wrong) });
    await assert.rejects(bed.repositories.ensure(bed.newMachine(), never), (error) => {
      assert.ok(error instanceof ResticFailure);
      assert.equal(error.kind, 'refused', error.message);
      assert.doesNotMatch(error.message, /not the secret/);
      return true;
    });
  });

  test('over HTTPS, where bodies are not signed', async () => {
    const certificates = join(folder.path, 'certificates');
    await mkdir(certificates);
    const certificate = join(certificates, 'cert.pem');
    const openssl = (...args: string[]): unknown =>
      execFileSync('openssl', args, { cwd: certificates, stdio: 'ignore' });
    const key256 = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'key.pem'];
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    openssl('req', '-x509', ...key256, ...name, '-days', '2', '-out', 'cert.pem');
    const proxy = createTlsServer(
      { key: await readFile(join(certificates, 'key.pem')), cert: await readFile(certificate) },
      (socket) => {
        const upstream = connect(Number(new URL(s3.url).port), '127.0.0.1');
        socket.pipe(upstream).pipe(socket);
        for (const [one, other] of [
          [socket, upstream],
          [upstream, socket],
        ] as const)
          one.on('error', () => other.destroy());
      },
    );
    await new Promise<void>((resolve) => {
      proxy.listen(0, '127.0.0.1', resolve);
    });
    try {
      const address = proxy.address();
      const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
      await folder.write({ 'work/a.txt': 'over TLS' });
      const restic = createTestRestic(createLocalMachine(folder.path), {
        environment: {
          RESTIC_REPOSITORY: `s3:https://127.0.0.1:${port}/snapshots/tls`,
          RESTIC_PASSWORD: 'a password of a test',
          AWS_ACCESS_KEY_ID: key.accessKeyId,
          AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
        },
        secrets: [],
        caCertificate: certificate,
      });
      await restic.init(never);
      await restic.backup(
        { paths: [join(folder.path, 'work')], host: 'h', tags: ['t'], excludes: [] },
        never,
      );
      await restic.check({ part: 1, parts: 1 }, never);
      const [made] = await restic.listSnapshots(['t'], never);
      const target = join(folder.path, 'out');
      await restic.restore({ snapshotId: made?.id ?? '', target }, never);
      assert.equal(await readFile(join(target, folder.path, 'work/a.txt'), 'utf8'), 'over TLS');
    } finally {
      proxy.close();
    }
  });
});
