import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { startFundsDatabase, type FundsDatabase } from '../apps/pipelines/testing/database.ts';
import { writeDaily } from '../apps/pipelines/testing/generator/daily.ts';
import { tempFolder } from '../apps/pipelines/testing/temp-folder.ts';
import { report, type Figure } from './lib/figures.ts';

/**
 * One month of the CVM daily report (half a million rows, one ZIP) through the pipeline as the engine starts it, with
 * PostgreSQL's durable settings, against a bare COPY of the same rows, prepared, in the same run.
 * Targets: at most 10 s and 200 MB; loading it again changes nothing.
 */
const month = '202510';
const funds = 21_740;
const pipelineFolder = new URL('../apps/pipelines/fund-data/', import.meta.url);

interface Measured {
  readonly seconds: number;
  readonly peakMb: number;
  readonly output: string;
}

/** The kernel's own high-water mark; it only grows, so looking now and then is enough. */
async function peakMbOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

async function runPipeline(configFile: string): Promise<Measured> {
  const manifest = JSON.parse(await readFile(new URL('manifest.json', pipelineFolder), 'utf8')) as {
    command: string[];
  };
  const period = ['--data-inicial', '01/10/2025', '--data-final', '31/10/2025'];
  const argv = [...manifest.command.slice(1), '--sistemas', 'cvm_diario', ...period, '--config', configFile];
  const started = performance.now();
  const child = spawn(process.execPath, argv, { cwd: pipelineFolder, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  let peakMb = 0;
  const timer = setInterval(() => {
    void peakMbOf(child.pid ?? 0).then((mb) => {
      peakMb = Math.max(peakMb, mb);
    });
  }, 20);
  const [code] = (await once(child, 'close')) as [number];
  clearInterval(timer);
  if (code !== 0) throw new Error(output);
  return { seconds: (performance.now() - started) / 1000, peakMb, output };
}

async function bareCopy(database: FundsDatabase, file: string, table: string): Promise<number> {
  const client = database.owner;
  await client.query('CHECKPOINT').catch(() => undefined);
  const started = performance.now();
  await client.query('BEGIN');
  await pipeline(createReadStream(file), client.query(copyFrom(`COPY ${table} FROM STDIN`)));
  await client.query('COMMIT');
  return (performance.now() - started) / 1000;
}

await using folder = await tempFolder();
const site = join(folder.path, 'site');
await writeDaily(site, { month, funds });
await using database = await startFundsDatabase(join(folder.path, 'database'), true);
const configFile = join(folder.path, 'config.json');
const config = {
  databaseUrl: database.url,
  sources: { cvm: join(site, 'dados') },
  cacheFolder: join(folder.path, 'cache'),
};
await writeFile(configFile, JSON.stringify(config));

const first = await runPipeline(configFile);
const { rows } = await database.owner.query<{ n: string }>('SELECT count(*) AS n FROM funds.daily');
const again = await runPipeline(configFile);
if (!again.output.includes('loaded already')) throw new Error('the second load was not recognised');

const prepared = join(folder.path, 'rows.copy');
await using reader = Object.assign(new Client({ connectionString: database.url }), {
  [Symbol.asyncDispose]: () => reader.end(),
});
await reader.connect();
await pipeline(
  reader.query(copyTo('COPY (SELECT * FROM funds.daily ORDER BY cnpj, id_subclasse, dt) TO STDOUT')),
  createWriteStream(prepared),
);
await database.owner.query('CREATE TABLE bare_heap (LIKE funds.daily)');
await database.owner.query('CREATE TABLE bare_key (LIKE funds.daily INCLUDING INDEXES)');
const heapSeconds = await bareCopy(database, prepared, 'bare_heap');
const keySeconds = await bareCopy(database, prepared, 'bare_key');

await writeDaily(site, { month, funds, restatedRows: 5000 });
const restated = await runPipeline(configFile);

const ofCopy = (seconds: number): string =>
  `${(seconds / keySeconds).toFixed(2)} x COPY into the same indexes (${keySeconds.toFixed(2)} s; ${heapSeconds.toFixed(2)} s without indexes)`;
const took = (what: string, { seconds, peakMb }: Measured, limitSeconds: number | null): Figure[] => [
  {
    what: `${what}, time`,
    value: `${seconds.toFixed(2)} s`,
    target: limitSeconds === null ? null : `at most ${limitSeconds} s`,
    baseline: ofCopy(seconds),
    met: limitSeconds === null ? null : seconds <= limitSeconds,
  },
  { what: `${what}, memory`, value: `${peakMb.toFixed(0)} MB`, target: 'at most 200 MB', met: peakMb <= 200 },
];
report('A month of the daily report', [
  ...took(`first load of ${Number(rows[0]?.n).toLocaleString('en')} rows`, first, 10),
  ...took('the same file again', again, null),
  ...took('restated file, 5,000 rows differ', restated, null),
]);
