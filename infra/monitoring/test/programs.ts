import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../../../packages/server/src/kernel/system/find-program.ts';
import { waitFor } from '../../../packages/server/test/wait.ts';

export const monitoringFolder = join(import.meta.dirname, '..');

const find = (...names: string[]): string | undefined =>
  names
    .map((name) => findProgram(name, (process.env['PATH'] ?? '').split(delimiter)))
    .find((path) => path !== undefined);

/** Debian calls it by the name of its package; elsewhere it has its own. */
const programs = {
  prometheus: find('prometheus'),
  promtool: find('promtool'),
  alertmanager: find('prometheus-alertmanager', 'alertmanager'),
  amtool: find('amtool'),
};

const pathOf = (name: keyof typeof programs): string => {
  const path = programs[name];
  if (path === undefined) throw new Error(`there is no ${name} on this host`);
  return path;
};

/** Why these tests cannot run here; false when they can. Where CI asks for all, they fail. */
export const withoutPrograms: string | false =
  Object.values(programs).every((path) => path !== undefined) || process.env['CI'] === 'true'
    ? false
    : 'NOT TESTED: Prometheus or Alertmanager are missing (Debian: apt-get install prometheus prometheus-alertmanager)';

/** Runs a checker; answers what it says, throws with it when it fails. */
export const runTool = async (name: 'promtool' | 'amtool', ...args: string[]): Promise<string> => {
  const { stdout, stderr } = await promisify(execFile)(pathOf(name), args, { cwd: monitoringFolder });
  return stdout + stderr;
};

/** Starts a server in the folder of its configuration; it answers when this does. */
export const startProgram = async (
  name: 'prometheus' | 'alertmanager',
  args: readonly string[],
  at: { readonly url: string; readonly folder: string },
): Promise<AsyncDisposable> => {
  const child = spawn(pathOf(name), args, { cwd: at.folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const stop = async (): Promise<void> => {
    if (hasEnded()) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  try {
    await waitFor(`${name} to be ready`, async () => {
      if (hasEnded()) throw new Error(`${name} ended:\n${said}`);
      return fetch(`${at.url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { [Symbol.asyncDispose]: stop };
};

/**
 * A copy of the configuration in a folder of its own. `changes` say what stands in it for a real installation, and
 * what is put there; what is not found is an error, so that a test cannot go on with what it did not mean.
 */
export const copyConfiguration = async (options: {
  changes: Readonly<Record<string, readonly (readonly [string | RegExp, string])[]>>;
  secrets: Readonly<Record<string, string>>;
}): Promise<AsyncDisposable & { readonly folder: string }> => {
  const folder = await mkdtemp(join(tmpdir(), 'dumont-monitoring-'));
  for (const part of ['prometheus.yml', 'alertmanager.yml', 'rules'])
    await cp(join(monitoringFolder, part), join(folder, part), { recursive: true });
  for (const [file, changes] of Object.entries(options.changes)) {
    let text = await readFile(join(folder, file), 'utf8');
    for (const [from, to] of changes) {
      const changed = text.replaceAll(typeof from === 'string' ? from : new RegExp(from, 'g'), to);
      if (changed === text) throw new Error(`${file} holds no ${from}`);
      text = changed;
    }
    await writeFile(join(folder, file), text);
  }
  await mkdir(join(folder, 'secrets'));
  for (const [name, secret] of Object.entries(options.secrets))
    await writeFile(join(folder, 'secrets', name), secret, { mode: 0o600 });
  return {
    folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
};

/** Of a dashboard's file, what is looked at. */
export interface Dashboard {
  readonly title: string;
  readonly panels: readonly {
    readonly id: number;
    readonly type: string;
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly datasource?: { readonly uid: string };
    readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
    readonly targets?: readonly { readonly expr: string; readonly legendFormat?: string }[];
  }[];
}

export const listDashboards = async (): Promise<Dashboard[]> => {
  const folder = join(monitoringFolder, 'dashboards');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
  return Promise.all(
    files.map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')) as Dashboard),
  );
};

export interface Panel {
  readonly dashboard: string;
  readonly title: string;
  readonly expression: string;
}

/** Every expression of every dashboard. */
export const listPanels = async (): Promise<Panel[]> =>
  (await listDashboards()).flatMap(({ title: dashboard, panels }) =>
    panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr: expression }) => ({ dashboard, title, expression })),
    ),
  );
