import { posix } from 'node:path';
import {
  allowedPackages,
  browserPackages,
  defaultAllowedPackages,
  scope,
  upstream,
} from './architecture.mjs';
import { visitImports } from './imports.mjs';
import { isTest, isTool, pathOf, workspaceOf } from './places.mjs';

/** Holds the directions of ARCHITECTURE.md. */
export const moduleBoundaries = {
  meta: {
    type: 'problem',
    messages: {
      relative: '{{source}} leaves {{workspace}}: import another package by its name.',
      package: '{{workspace}} may not import {{source}}: of ours it may import {{allowed}}.',
      browser:
        '{{workspace}} loads in a browser: it may import {{allowed}} and its own files, not {{source}}.',
      kernel: 'The kernel knows no module: it may not import {{source}}.',
      unknown:
        'The module {{module}} has no place in the order of modules: add it to tools/lint/architecture.mjs.',
      direction:
        '{{from}} may not import {{to}}: it stands above it in the order of modules. Speak by an event.',
      door: 'Another module is imported by its index.ts only, not by {{source}}.',
      root: 'Nothing below {{from}} imports {{source}}: the composition root imports the modules.',
    },
    schema: [],
  },
  create(context) {
    const path = pathOf(context);
    const place = workspaceOf(path);
    if (place === undefined) return {};
    const { workspace } = place;
    // Tests may look behind doors and use the test kit of another package, by its name.
    const isFree = isTest(path) || isTool(path);

    return visitImports((source, node) => {
      const report = (messageId, data = {}) =>
        context.report({ node, messageId, data: { source, workspace, ...data } });
      if (!source.startsWith('.')) {
        if (!isFree) checkPackage(workspace, source, report);
        return;
      }
      const target = workspaceOf(posix.join(posix.dirname(path), source));
      if (target?.workspace !== workspace) report('relative');
      else if (!isFree && workspace === 'packages/server') checkServer(place.inside, target.inside, report);
    });
  },
};

function checkPackage(workspace, source, report) {
  const browser = browserPackages[workspace];
  if (browser !== undefined && !browser.includes(packageName(source))) {
    report('browser', { allowed: browser.join(', ') });
  } else if (source.startsWith(scope)) {
    const allowed = allowedPackages[workspace] ?? defaultAllowedPackages;
    const name = source.slice(scope.length).split('/')[0];
    if (!allowed.includes(name) && `packages/${name}` !== workspace) {
      report('package', { allowed: allowed.map((each) => scope + each).join(', ') || 'nothing' });
    }
  }
}

const packageName = (source) =>
  source
    .split('/')
    .slice(0, source.startsWith('@') ? 2 : 1)
    .join('/');

/** `from` and `to` are files inside the server's workspace, like `src/modules/runs/index.ts`. */
function checkServer(from, to, report) {
  const fromModule = moduleOf(from);
  const toModule = moduleOf(to);
  if (from.startsWith('src/kernel/')) {
    if (!to.startsWith('src/kernel/') && to.startsWith('src/')) report('kernel');
    return;
  }
  if (fromModule === undefined) {
    if (toModule !== undefined && !isDoor(to)) report('door');
    return;
  }
  if (!Object.hasOwn(upstream, fromModule)) {
    report('unknown', { module: fromModule });
  } else if (toModule === undefined) {
    if (to.startsWith('src/') && !to.startsWith('src/kernel/')) report('root', { from: 'modules' });
  } else if (toModule !== fromModule) {
    if (!upstream[fromModule].includes(toModule)) report('direction', { from: fromModule, to: toModule });
    else if (!isDoor(to)) report('door');
  }
}

const moduleOf = (inside) => /^src\/modules\/([^/]+)\//.exec(inside)?.[1];

const isDoor = (inside) => /^src\/modules\/[^/]+\/index\.ts$/.test(inside);
