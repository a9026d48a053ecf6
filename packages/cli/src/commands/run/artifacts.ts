import type { Artifact } from '@dumont/contracts/runs/logs';
import type { Command } from 'commander';
import type { Context, OpenContext } from '../../context.ts';
import { notFound, usageError } from '../../failure.ts';
import { closest } from '../../input/closest.ts';
import { harmless } from '../../output/text.ts';
import { formatRelative, formatSize } from '../../output/units.ts';
import { downloadFile, pathInside } from './download.ts';
import { getRun, runReference } from './find-run.ts';

interface DownloadOptions {
  readonly output: string;
  readonly force?: boolean;
}

const choose = (
  artifacts: readonly Artifact[],
  names: readonly string[],
  run: number,
): readonly Artifact[] => {
  if (artifacts.length === 0) throw notFound(`Run ${run} has left no files.`);
  if (names.length === 0) return artifacts;
  return names.map((name) => {
    const found = artifacts.find((artifact) => artifact.name === name);
    if (found !== undefined) return found;
    const known = artifacts.map((artifact) => artifact.name);
    throw notFound(
      `Run ${run} has no file "${name}"${closest(name, known)}. See: dumont run artifacts ${run}`,
    );
  });
};

const download = async (
  context: Context,
  reference: string,
  names: readonly string[],
  options: DownloadOptions,
): Promise<void> => {
  const { out, host } = context;
  const client = await context.client();
  const run = await getRun(client, reference);
  const { items } = await client.listArtifacts({ params: { id: run.id } });
  const chosen = choose(items, names, run.number);
  if (options.output === '-') {
    const [only, ...others] = chosen;
    if (only === undefined || others.length > 0) throw usageError('--output - takes exactly one file.');
    const response = await client.stream('downloadArtifact', { params: { id: run.id, name: only.name } });
    const body: AsyncIterable<Uint8Array> | null = response.body;
    if (body !== null) for await (const chunk of body) await out.writeBytes(chunk);
    return;
  }
  // Before the first byte is fetched: one bad name or one file in the way stops all.
  const targets = chosen.map((artifact) => ({
    artifact,
    path: pathInside(host.workingFolder, options.output, artifact.name),
  }));
  const saved: { name: string; path: string; sizeBytes: number }[] = [];
  for (const { artifact, path } of targets) {
    const response = await client.stream('downloadArtifact', { params: { id: run.id, name: artifact.name } });
    await downloadFile(host, response, artifact, path, options.force === true);
    saved.push({ name: artifact.name, path, sizeBytes: artifact.sizeBytes });
    await out.note(`${harmless(path)} (${formatSize(artifact.sizeBytes)})`);
  }
  if (out.json) await out.result(saved, () => '');
};

export const registerArtifacts = (run: Command, open: OpenContext): void => {
  const artifacts = run
    .command('artifacts')
    .summary('list or download the files that a run left')
    .description('Files that a run left in its output folder.');
  artifacts
    .command('list', { isDefault: true })
    .summary('list them (default)')
    .description('List the files that a run left.')
    .argument('<run>', runReference)
    .action(async (reference: string, _options: unknown, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const found = await getRun(client, reference);
      const { items } = await client.listArtifacts({ params: { id: found.id } });
      await context.out.list(
        items,
        [
          { header: 'NAME', value: (row) => row.name, flexible: true },
          { header: 'SIZE', value: (row) => formatSize(row.sizeBytes), align: 'right' },
          { header: 'MADE', value: (row) => formatRelative(row.createdAt, context.host.clock.now()) },
          { header: 'SHA-256', value: (row) => row.sha256, flexible: true },
        ],
        `Run ${found.number} (${found.state}) has left no files.`,
      );
    });
  artifacts
    .command('download')
    .summary('download all or some of them')
    .description('Download the files that a run left; each is checked against its SHA-256.')
    .argument('<run>', runReference)
    .argument('[names...]', 'which files (default: all)')
    .option('-O, --output <folder>', 'where to; "-" writes one file to stdout', '.')
    .option('--force', 'replace files that exist')
    .action(async (reference: string, names: string[], options: DownloadOptions, command: Command) =>
      download(open(command), reference, names, options),
    );
};
