import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashFiles, listFiles } from '../files.mjs';
import { runTool } from './tool.mjs';

const stampName = '.built-from';

/** One hash over everything that the agent of machines is built from. Tests are no part of it. */
export function hashAgentSources(root) {
  const sources = listFiles(join(root, 'packages/agent'))
    .filter((path) => !path.endsWith('.test.ts'))
    .map((path) => `packages/agent/${path}`);
  return hashFiles(root, [...sources, 'tools/build/agent.mjs', 'package-lock.json']);
}

/** Says whether there is something to build from: an archive of the server brings the built agent only. */
export const hasAgentSources = (root) => existsSync(join(root, 'packages/agent/src/main.ts'));

/** Says whether the built agent is the one of these sources. */
export function isAgentBuilt(root, sourcesHash) {
  const stamp = join(root, 'packages/agent/dist', stampName);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sourcesHash;
}

/** Builds the agent beside the present one and puts it in its place when it is whole. */
export async function buildAgent(root, sourcesHash, { node, onStart }) {
  const dist = join(root, 'packages/agent/dist');
  const fresh = join(root, '.cache/agent');
  rmSync(fresh, { recursive: true, force: true });
  await runTool([node, join(root, 'tools/build/agent.mjs'), fresh], {
    cwd: root,
    env: process.env,
    onStart,
    advice:
      'The agent of machines could not be built: correct packages/agent, or go back to a commit that builds.',
  });
  mkdirSync(dist, { recursive: true });
  renameSync(join(fresh, 'agent.mjs'), join(dist, 'agent.mjs'));
  writeFileSync(join(dist, stampName), sourcesHash);
  rmSync(fresh, { recursive: true, force: true });
}
