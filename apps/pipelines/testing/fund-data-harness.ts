import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { runPipeline } from '../src/lib/run.ts';
import type { FileSummary } from '../src/lib/system.ts';
import { fundDataSystems } from '../fund-data/systems.ts';
import { startFundsDatabase, type FundsDatabase } from './database.ts';
import { recordedRuntime } from './runtime.ts';
import { startSite, type Site } from './site.ts';
import { tempFolder } from './temp-folder.ts';

export interface RunOptions {
  readonly systems: readonly string[];
  /** DD/MM/YYYY */
  readonly from?: string;
  readonly to?: string;
  readonly extra?: readonly string[];
  readonly today?: string;
  /** Read the folder itself instead of asking the site. */
  readonly fromFolder?: boolean;
  readonly config?: Readonly<Record<string, unknown>>;
}

export interface RunResult {
  readonly exitCode: number;
  readonly lines: readonly string[];
  readonly text: string;
  summary(system: string): Promise<{ status: string; error?: string; files: FileSummary[] }>;
  /** Lines of rejected-rows.csv without the header; none when nothing was rejected. */
  rejected(): Promise<string[]>;
}

/** Database, site, folders, and a way to run the fund-data pipeline against them within this process. */
export interface FundDataHarness extends AsyncDisposable {
  /** What the site serves. */
  readonly folder: string;
  readonly cacheFolder: string;
  readonly site: Site;
  readonly database: FundsDatabase;
  run(options: RunOptions): Promise<RunResult>;
  rows<T extends pg.QueryResultRow>(sql: string): Promise<T[]>;
  /** The first column of the first row, as text. */
  value(sql: string): Promise<string | undefined>;
  writeConfig(config: Readonly<Record<string, unknown>>): Promise<string>;
}

export const fundDataManifest = new URL('../fund-data/manifest.json', import.meta.url);

export async function startFundDataHarness(): Promise<FundDataHarness> {
  await using cleanup = new AsyncDisposableStack();
  const temporary = cleanup.use(await tempFolder());
  const folder = join(temporary.path, 'site');
  const cacheFolder = join(temporary.path, 'cache');
  await mkdir(join(folder, 'anbima'), { recursive: true });
  const database = cleanup.use(await startFundsDatabase(join(temporary.path, 'database')));
  const site = cleanup.use(await startSite({ folder }));
  let runs = 0;

  async function writeConfig(config: Readonly<Record<string, unknown>>): Promise<string> {
    const file = join(temporary.path, `config-${runs}.json`);
    await writeFile(file, JSON.stringify(config), { mode: 0o600 });
    return file;
  }

  async function run(options: RunOptions): Promise<RunResult> {
    runs += 1;
    const output = join(temporary.path, `output-${runs}`);
    const runtime = recordedRuntime(options.today ?? '2025-11-20', output);
    const base = options.fromFolder === true ? folder : site.url;
    const config = await writeConfig({
      databaseUrl: database.url,
      sources: {
        cvm: `${base}/dados`,
        b3: `${base}/InstDados/SerHist`,
        bcb: options.fromFolder === true ? `${folder}/dados/serie` : base,
        anbima: `${base}/anbima`,
      },
      cacheFolder,
      download: { stallSeconds: 1, attempts: 3, backoffSeconds: 1 },
      ...options.config,
    });
    const period = [
      '--data-inicial',
      options.from ?? '01/10/2025',
      '--data-final',
      options.to ?? '31/10/2025',
    ];
    const argv = ['--sistemas', ...options.systems, ...period, '--config', config, ...(options.extra ?? [])];
    const exitCode = await runPipeline(fundDataManifest, fundDataSystems, argv, runtime);
    return {
      exitCode,
      lines: runtime.lines,
      text: runtime.lines.join('\n'),
      summary: async (system) =>
        JSON.parse(await readFile(join(output, `${system}.summary.json`), 'utf8')) as never,
      rejected: async () => {
        const text = await readFile(join(output, 'rejected-rows.csv'), 'utf8').catch(() => '');
        return text.split('\r\n').slice(1, -1);
      },
    };
  }

  async function rows<T extends pg.QueryResultRow>(sql: string): Promise<T[]> {
    return (await database.owner.query<T>(sql)).rows;
  }

  const running = cleanup.move();
  return {
    folder,
    cacheFolder,
    site,
    database,
    run,
    rows,
    writeConfig,
    async value(sql) {
      const [first] = (await database.owner.query<[unknown]>({ text: sql, rowMode: 'array' })).rows;
      const value = first?.[0] ?? undefined;
      return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
