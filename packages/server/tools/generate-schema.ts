import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmbeddedPostgres } from '../src/kernel/db/embedded/embedded-postgres.ts';
import { migrate } from '../src/kernel/db/migrate.ts';

/** Writes the row types of schema `app` from a freshly migrated database. */
const folder = await mkdtemp(join(tmpdir(), 'dumont-schema-'));
try {
  await using postgres = await startEmbeddedPostgres({
    dataDir: folder,
    log: () => undefined,
    unsafeFast: true,
  });
  await migrate(postgres.url, join(import.meta.dirname, '../db/migrations'));
  const codegen = join(
    createRequire(import.meta.url).resolve('kysely-codegen/package.json'),
    '../dist/cli/bin.js',
  );
  await promisify(execFile)(process.execPath, [
    codegen,
    '--dialect=postgres',
    `--url=${postgres.url}`,
    '--default-schema=app',
    '--include-pattern=app.*',
    '--exclude-pattern=app.migrations',
    '--type-mapping={"int8":"number"}',
    `--out-file=${join(import.meta.dirname, '../src/kernel/db/schema.gen.ts')}`,
  ]);
} finally {
  await rm(folder, { recursive: true, force: true });
}
