// The way in of every command: `node tools/launch.mjs <command> [arguments]`. It runs on the Node that the host
// has, installs what is missing, and runs the command on the Node that the product needs.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAgent, hasAgentSources, hashAgentSources, isAgentBuilt } from './launch/agent.mjs';
import { commands } from './launch/commands.mjs';
import { buildConsole, hasConsoleSources, hashConsoleSources, isConsoleBuilt } from './launch/console.mjs';
import { installSystemPackages } from './launch/debian.mjs';
import { installDependencies, isInstalled } from './launch/dependencies.mjs';
import { endWithParent, isRunningNodeRight, runElsewhere, runHere, runtimePath } from './launch/runtime.mjs';
import { takeSetupLock } from './launch/setup-lock.mjs';
import { SetupError, step } from './launch/steps.mjs';
import { root } from './root.mjs';
import { missingSystemPackages } from './system-packages.mjs';

/** Set by a launcher for the launcher that it starts on the right Node: the set-up is done. */
const launchedBy = 'DUMONT_LAUNCHED_BY';

const parentPid = process.ppid;

async function main() {
  const [name, ...args] = process.argv.slice(2);
  const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined;
  if (command === undefined) {
    throw new SetupError(`usage: node tools/launch.mjs ${Object.keys(commands).join(' | ')} [arguments]`);
  }
  const launcherPid = process.env[launchedBy];
  delete process.env[launchedBy];
  const isSecond = launcherPid !== undefined;
  if (isSecond && launcherPid !== String(parentPid)) throw new SetupError('The launcher has gone.');
  if (!isSecond) await setUp(command);

  const isOwnedByParent = isSecond || process.env.npm_lifecycle_event !== undefined;
  if (isOwnedByParent && parentPid > 1) endWithParent(parentPid);

  for (const [variable, value] of Object.entries(command.environment ?? {})) process.env[variable] ??= value;
  const file = join(root, command.file);
  if (!existsSync(file)) throw new SetupError(`${name}: there is no ${command.file} in this checkout`);
  if (isRunningNodeRight()) {
    await runHere(root, file, [...(command.args ?? []), ...args]);
  } else {
    const env = { ...process.env, [launchedBy]: String(process.pid) };
    await runElsewhere(runtimePath(root), fileURLToPath(import.meta.url), [name, ...args], env);
  }
}

/** Does what is missing, once for all launchers of the checkout, in the order in which it is needed. */
async function setUp(command) {
  const lacks = {
    dependencies: () => !isInstalled(root),
    systemPackages: () => missingSystemPackages(command.systemPackages),
    console: () =>
      command.console === true && hasConsoleSources(root) && !isConsoleBuilt(root, hashConsoleSources(root)),
    agent: () =>
      command.console === true && hasAgentSources(root) && !isAgentBuilt(root, hashAgentSources(root)),
  };
  if (!lacks.dependencies() && lacks.systemPackages().length === 0 && !lacks.console() && !lacks.agent())
    return;

  const lock = await takeSetupLock(join(root, '.cache/setup.lock'));
  const onStart = (pid) => lock.addOwner(pid);
  try {
    // Looked at again under the lock: the one that held it before may have done the work.
    if (lacks.dependencies()) {
      await step('Installing dependencies', () => installDependencies(root, { onStart }));
    }
    const missing = lacks.systemPackages();
    if (missing.length > 0) await installSystemPackages(root, missing);
    if (lacks.console()) {
      const hash = hashConsoleSources(root);
      await step('Building the console', () =>
        buildConsole(root, hash, { node: runtimePath(root), onStart }),
      );
    }
    if (lacks.agent()) {
      const hash = hashAgentSources(root);
      await step('Building the agent of machines', () =>
        buildAgent(root, hash, { node: runtimePath(root), onStart }),
      );
    }
  } finally {
    lock.release();
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
