#!/usr/bin/env node
// Finds a Node that runs our TypeScript (24 or newer) and hands over to src/main.ts. Plain JavaScript that an
// older Node understands: a host may have only Node 20.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = new URL('../src/main.ts', import.meta.url);

/** The Node of this platform's package, if it is installed beside us. */
const bundledNode = () => {
  const { platform, arch } = process;
  const require = createRequire(import.meta.url);
  for (const name of [
    `node-${platform === 'win32' ? 'win' : platform}-${arch}`,
    `node-bin-${platform}-${arch}`,
  ]) {
    try {
      const folder = dirname(require.resolve(`${name}/package.json`));
      const program = join(folder, 'bin', platform === 'win32' ? 'node.exe' : 'node');
      if (existsSync(program)) return program;
    } catch {
      // Not installed: try the next name.
    }
  }
  return undefined;
};

if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(main.href);
} else {
  const node = bundledNode();
  if (node === undefined) {
    process.stderr.write(
      `Error: dumont needs Node 24 or newer; this is ${process.version}. Install Node 24, or run npm ci in the checkout, which brings it along.\n`,
    );
    process.exit(1);
  }
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to the child as well, `kill` does not: the child takes two at once for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`Error: ${node} cannot be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}
