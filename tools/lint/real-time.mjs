import { isKernel, isMain, isTest, isTool, pathOf } from './places.mjs';

const appRuntime = /^apps\/[\w-]+\/(web\/)?(src\/)?lib\//;
const consoleClock = 'packages/web/src/lib/clock.ts';
const cryptoModules = new Set(['node:crypto', 'crypto']);
const timerModules = new Set(['node:timers/promises', 'timers/promises']);
const randomNames = new Set(['randomUUID', 'randomBytes', 'randomInt', 'randomFillSync', 'getRandomValues']);
const timerNames = new Set(['setTimeout', 'setInterval']);

const isAllowed = (path) =>
  isKernel(path) ||
  isMain(path) ||
  isTest(path) ||
  isTool(path) ||
  appRuntime.test(path) ||
  path === consoleClock;

/** Clients, which nothing simulates, name their temporary files and idempotency keys by themselves. */
const mayUseRandom = (path) => path.startsWith('packages/cli/') || path.startsWith('packages/web/src/lib/');

/**
 * Real time and randomness only where the clock and the random source are made: everything else is given them, so
 * that a seeded history in virtual time repeats exactly.
 */
export const clockInKernelOnly = {
  meta: {
    type: 'problem',
    messages: {
      time: '{{what}} reads the real time: take the time from the injected clock.',
      sleep: '{{what}} waits in real time: wait on the injected clock, or for the event itself.',
      random: '{{what}} is real randomness: take it from the injected random source.',
    },
    schema: [],
  },
  create(context) {
    const path = pathOf(context);
    if (isAllowed(path)) return {};
    const report = (node, messageId, what) => context.report({ node, messageId, data: { what } });
    const reportRandom = (node, what) => {
      if (!mayUseRandom(path)) report(node, 'random', what);
    };
    const cryptoObjects = new Set(['crypto', 'webcrypto']);
    let executors = 0;

    return {
      ImportDeclaration(node) {
        if (node.importKind === 'type') return;
        const source = node.source.value;
        if (timerModules.has(source)) report(node, 'sleep', source);
        if (!cryptoModules.has(source)) return;
        for (const specifier of node.specifiers) {
          if (specifier.type !== 'ImportSpecifier') cryptoObjects.add(specifier.local.name);
          else if (randomNames.has(specifier.imported.name)) reportRandom(specifier, specifier.imported.name);
        }
      },
      MemberExpression(node) {
        const property = propertyName(node);
        const object = node.object.type === 'Identifier' ? node.object.name : propertyName(node.object);
        if (object === 'Date' && property === 'now') report(node, 'time', 'Date.now');
        if (object === 'Math' && property === 'random') reportRandom(node, 'Math.random');
        if (cryptoObjects.has(object) && randomNames.has(property)) reportRandom(node, `crypto.${property}`);
      },
      NewExpression(node) {
        if (isNamed(node.callee, 'Date') && node.arguments.length === 0) report(node, 'time', 'new Date()');
        if (isNamed(node.callee, 'Promise')) executors += 1;
      },
      'NewExpression:exit'(node) {
        if (isNamed(node.callee, 'Promise')) executors -= 1;
      },
      CallExpression(node) {
        if (isNamed(node.callee, 'Date')) report(node, 'time', 'Date()');
        const timer = node.callee.type === 'Identifier' ? node.callee.name : propertyName(node.callee);
        if (executors > 0 && timerNames.has(timer)) report(node, 'sleep', `A promise over ${timer}`);
      },
    };
  },
};

const isNamed = (node, name) => node.type === 'Identifier' && node.name === name;

function propertyName(node) {
  if (node.type !== 'MemberExpression') return undefined;
  if (!node.computed) return node.property.name;
  return node.property.type === 'Literal' ? node.property.value : undefined;
}
