import { relative, sep } from 'node:path';

const testFolder = /(^|\/)(test|tests|testing|e2e|fixtures)\//;
const testFile = /\.(test|e2e|bench)\.[cm]?[jt]sx?$|(^|\/)(conformance|[\w-]*test-kit|test-setup)\.tsx?$/;
const mainFile =
  /^(packages\/[\w-]+|apps\/[\w-]+(\/[\w-]+)?)\/(src\/)?main\.tsx?$|^packages\/[\w-]+\/bin\/|^infra\/aws\/lambda\/(auth|validate)\.ts$/;
const toolFile = /^(tools|bench)\/|^(packages|apps)\/[\w-]+\/tools\/|(^|\/)[\w-]+\.config\.[cm]?[jt]s$/;

/** The file of a rule's context, relative to the checkout, with forward slashes. */
export function pathOf(context) {
  return relative(context.cwd ?? process.cwd(), context.filename ?? context.physicalFilename)
    .split(sep)
    .join('/');
}

/** Tests and what only tests use. */
export const isTest = (path) => testFolder.test(path) || testFile.test(path);

/** A program's first file: it makes the clock, the random source, the configuration and the logger. */
export const isMain = (path) => mainFile.test(path);

/** Plain programs for developers: benchmarks, generators, configuration of tools. */
export const isTool = (path) => toolFile.test(path);

export const isKernel = (path) => path.startsWith('packages/server/src/kernel/');

/** `packages/server` and `src/app.ts` of `packages/server/src/app.ts`; undefined outside of a workspace. */
export function workspaceOf(path) {
  const [group, name, ...rest] = path.split('/');
  if ((group !== 'packages' && group !== 'apps') || rest.length === 0) return undefined;
  return { workspace: `${group}/${name}`, inside: rest.join('/') };
}
