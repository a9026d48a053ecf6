import type { Preparation } from '../../runs/index.ts';
import type { FolderApp } from '../apps/read-apps.ts';

/** The app's command, started in its own folder; `streams` says where its standard streams lead to. */
export const commandIn = ({ manifest, folder }: FolderApp, streams = ''): Preparation['command'] => {
  const [program, ...args] = manifest.command;
  const node = program === 'node' ? process.execPath : program;
  return ['sh', '-c', `cd "$0" && exec "$@" ${streams}`, folder, node, ...args];
};
