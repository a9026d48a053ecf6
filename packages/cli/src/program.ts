import { Command, CommanderError, Option } from 'commander';
import { registerCommands } from './commands/register.ts';
import { createContext, type GlobalOptions, type Outcome } from './context.ts';
import { exitCodes, exitCodesHelp } from './exit-codes.ts';
import { CliError, failureOf, interruption, usageError } from './failure.ts';
import type { Host } from './host.ts';
import { describeUsageError } from './input/usage.ts';
import { createStyle } from './output/style.ts';
import { defaultUrl } from './session/server-url.ts';
import { version } from './version.ts';

const rootHelp = `
Environment:
  DUMONT_URL       server, when --url is not given
  DUMONT_TOKEN     API token; goes before what "dumont login" saved
  DUMONT_PROJECT   project, when --project is not given
  NO_COLOR         no colours

${exitCodesHelp}

Start here: dumont up; then, in another terminal: dumont login`;

/** How the parser ends a command line once help or the version has been shown. */
const shownText = ['commander.helpDisplayed', 'commander.help', 'commander.version'];

/** The whole command line. `outcome` is told what its command finds out. */
export const createProgram = (host: Host, outcome: Outcome): Command => {
  const program = new Command('dumont')
    .description("One control plane for a small company's compute: from the shell.")
    .addOption(new Option('--url <address>', `server (default: where you signed in last, or ${defaultUrl})`))
    .addOption(new Option('--project <name>', 'project, by name or id'))
    .addOption(new Option('--json', 'JSON for scripts instead of text for people'))
    .addOption(new Option('--no-color', 'no colours'))
    .version(version, '-V, --version', 'print the version of this CLI')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      writeErr: (text) => void host.stderr.write(text),
      // Said once, by reportFailure.
      outputError: () => undefined,
      getOutHelpWidth: () => host.stdout.columns ?? 100,
      getErrHelpWidth: () => host.stderr.columns ?? 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', rootHelp);
  registerCommands(program, (command) =>
    createContext(host, command.optsWithGlobals<GlobalOptions>(), outcome),
  );
  const settle = (command: Command): void => {
    if (command !== program) command.helpCommand(false);
    command.exitOverride((error) => {
      if (shownText.includes(error.code)) throw error;
      throw usageError(describeUsageError(command, error));
    });
    command.commands.forEach(settle);
  };
  settle(program);
  return program;
};

const reportFailure = (host: Host, argv: readonly string[], error: unknown, url: string): number => {
  const interrupted = host.interrupted.aborted && !(error instanceof CliError);
  const failure = failureOf(interrupted ? interruption() : error, url);
  const beforeDashes = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  if (beforeDashes.includes('--json')) {
    host.stderr.write(`${JSON.stringify(failure)}\n`);
    return failure.exitCode;
  }
  const style = createStyle(host, host.stderr, !argv.includes('--no-color'));
  const lines = [`${style.paint('bad', 'Error:')} ${failure.detail}`];
  for (const { path, message } of failure.errors ?? []) lines.push(`  ${path}: ${message}`);
  const tokenSent = failure.exitCode === exitCodes.notSignedIn && Boolean(host.environment['DUMONT_TOKEN']);
  const hint = tokenSent ? 'unset DUMONT_TOKEN, or put a valid API token in it' : failure.hint;
  if (hint !== undefined) lines.push(`  Try: ${hint}`);
  if (failure.requestId !== undefined) {
    lines.push(style.paint('quiet', `  code ${failure.code}, request ${failure.requestId}`));
  }
  host.stderr.write(`${lines.join('\n')}\n`);
  return failure.exitCode;
};

/** Runs one command line (without `node` and the script) and answers the exit code. */
export const runCli = async (argv: readonly string[], host: Host): Promise<number> => {
  const outcome: Outcome = { exitCode: exitCodes.ok, url: defaultUrl };
  try {
    await createProgram(host, outcome).parseAsync(argv, { from: 'user' });
    return outcome.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportFailure(host, argv, error, outcome.url);
    // Help that was asked for ends well; help in the place of a missing command does not.
    return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  }
};
