import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { parseArguments, type Arguments } from './arguments.ts';
import { readConfig, type PipelineConfig } from './config.ts';
import { connectDatabase } from './database.ts';
import { toBrazilianDay, todayInSaoPaulo } from '@dumont/contracts/calendar';
import { describeError, isTemporary, PipelineFailure, withFile } from './failure.ts';
import { createHttpClient } from './http-client.ts';
import { createLogger } from './logger.ts';
import { readManifest, type SystemManifest } from './manifest.ts';
import { createRejectedRows, type RejectedRows } from './rejected-rows.ts';
import type { Runtime } from './runtime.ts';
import { createSource } from './source.ts';
import type { FileSummary, System } from './system.ts';

/** All systems loaded; a system failed; wrong arguments; only temporary failures (EX_TEMPFAIL: try again later). */
const exitCodes = { ok: 0, failed: 1, usage: 2, temporary: 75 } as const;

interface RunParts {
  readonly runtime: Runtime;
  readonly arguments: Arguments;
  readonly config: PipelineConfig;
  readonly rejected: RejectedRows;
}

function lazyDatabase(config: PipelineConfig) {
  let client: Promise<pg.Client> | undefined;
  return {
    get: () => (client ??= connectDatabase(config.databaseUrl)),
    async [Symbol.asyncDispose]() {
      await client?.then(
        (open) => open.end().catch(() => undefined),
        () => undefined,
      );
    },
  };
}

async function writeSummary(
  parts: RunParts,
  system: SystemManifest,
  files: readonly FileSummary[],
  error: string | undefined,
): Promise<void> {
  const folder = parts.runtime.outputFolder;
  if (folder === undefined) return;
  const path = join(folder, `${system.id}.summary.json`);
  const { from, to, dryRun } = parts.arguments;
  const summary = {
    system: system.id,
    from,
    to,
    dryRun,
    status: error === undefined ? 'ok' : 'failed',
    error,
    files,
  };
  await withFile('cannot write', path, () => writeFile(path, `${JSON.stringify(summary, null, 2)}\n`));
}

/** Runs one system; its failure is logged and returned, so that the others go on. */
async function runSystem(parts: RunParts, manifest: SystemManifest, system: System): Promise<unknown> {
  const { runtime, arguments: args, config } = parts;
  const log = createLogger(runtime.write, manifest.label);
  const files: FileSummary[] = [];
  await using http = createHttpClient({ stallSeconds: config.download.stallSeconds });
  await using database = lazyDatabase(config);
  let failure: unknown;
  try {
    log.info(
      `period ${toBrazilianDay(args.from)} to ${toBrazilianDay(args.to)}${args.dryRun ? ', dry run' : ''}`,
    );
    await system({
      system: manifest,
      arguments: args,
      options: args.options.get(manifest.id) ?? {},
      config,
      today: todayInSaoPaulo(runtime.now()),
      log,
      runtime,
      rejected: parts.rejected,
      http,
      database: database.get,
      source(id) {
        const base = config.sources[id];
        if (base === undefined)
          throw new PipelineFailure(`sources.${id} is not configured: it takes an address or a folder`);
        const { cacheFolder, download: settings } = config;
        return createSource(base, { client: http, settings, runtime, log, cacheFolder, fresh: args.clean });
      },
      report: (summary) => files.push(summary),
    });
  } catch (error) {
    failure = error;
  }
  try {
    await writeSummary(parts, manifest, files, failure === undefined ? undefined : describeError(failure));
  } catch (error) {
    failure ??= error;
  }
  if (failure === undefined) log.success(files.length === 1 ? '1 file done' : `${files.length} files done`);
  else log.error(describeError(failure));
  return failure;
}

/** The main of a pipeline: arguments, configuration, systems one after the other, exit code. */
export async function runPipeline(
  manifestUrl: URL,
  systems: Readonly<Record<string, System>>,
  argv: readonly string[],
  runtime: Runtime,
): Promise<number> {
  const log = createLogger(runtime.write, 'PIPELINE');
  const manifest = readManifest(manifestUrl);
  const parsed = parseArguments(argv, manifest, todayInSaoPaulo(runtime.now()));
  if (!parsed.ok) {
    for (const problem of parsed.problems) log.error(problem);
    return exitCodes.usage;
  }
  let config: PipelineConfig;
  try {
    config = await readConfig(parsed.arguments.configFile);
    const folder = runtime.outputFolder;
    if (folder !== undefined)
      await withFile('cannot make the folder', folder, () => mkdir(folder, { recursive: true }));
  } catch (error) {
    log.error(describeError(error));
    return exitCodes.usage;
  }
  const output = runtime.outputFolder;
  const rejected = createRejectedRows(output === undefined ? undefined : join(output, 'rejected-rows.csv'));
  const parts: RunParts = { runtime, arguments: parsed.arguments, config, rejected };
  const failures: unknown[] = [];
  for (const system of parsed.arguments.systems) {
    const work = systems[system.id];
    if (!work) throw new Error(`the manifest names ${system.id}, which this program does not have`);
    const failure = await runSystem(parts, system, work);
    if (failure !== undefined) failures.push(failure);
  }
  try {
    await rejected[Symbol.asyncDispose]();
  } catch (error) {
    log.error(describeError(error));
    failures.push(error);
  }
  if (failures.length === 0) return exitCodes.ok;
  return failures.every(isTemporary) ? exitCodes.temporary : exitCodes.failed;
}
