import type { Client } from '@dumont/contracts/client';
import type { LogLevel, LogLine } from '@dumont/contracts/runs/logs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Context, OpenContext } from '../../context.ts';
import type { LogFilter } from '../../follow/follow-run.ts';
import { formatLogLine } from '../../output/log-line.ts';
import { hasEnded, logLevelNames } from '../../output/run-words.ts';
import { wholeNumber } from '../arguments.ts';
import { getRun, runReference } from './find-run.ts';
import { describeEnd, watchRun } from './watch.ts';

interface LogsOptions {
  readonly follow?: boolean;
  readonly level?: LogLevel;
  readonly system?: string;
  readonly search?: string;
  readonly after?: number;
  readonly tail?: number;
  readonly timestamps?: boolean;
}

const pageLines = 5000;

const level = (text: string): LogLevel => {
  const found = logLevelNames.find((name) => name === text.toUpperCase());
  if (found === undefined) throw new InvalidArgumentError(`it must be one of ${logLevelNames.join(', ')}`);
  return found;
};

const levelOption = (): Option => {
  const option = new Option('-l, --level <level>', 'this level and worse').argParser(level);
  // Set for the help and for completion; `choices()` would refuse lower case.
  option.argChoices = [...logLevelNames];
  return option;
};

type Print = (lines: readonly LogLine[]) => Promise<void>;

const printer =
  ({ out }: Context, fullTime: boolean): Print =>
  async (lines) => {
    if (lines.length === 0) return;
    const text = lines.map((line) =>
      out.json ? JSON.stringify(line) : formatLogLine(line, out.style, fullTime),
    );
    await out.write(`${text.join('\n')}\n`);
  };

/** The last lines that pass the filter, oldest first, and the line that the log had reached. */
const readTail = async (
  client: Client,
  id: string,
  filter: LogFilter,
  count: number,
): Promise<{ lines: LogLine[]; reached: number }> => {
  let lines: LogLine[] = [];
  let before: number | undefined;
  let reached: number | undefined;
  for (;;) {
    const page = await client.listRunLogs({
      params: { id },
      query: { limit: Math.min(pageLines, count), ...filter, ...(before === undefined ? {} : { before }) },
    });
    reached ??= page.lastSeq;
    lines = [...page.lines, ...lines].slice(-count);
    const scannedFrom = Math.min(page.scannedTo, page.lines[0]?.seq ?? page.scannedTo);
    if (lines.length >= count || scannedFrom <= 1 || scannedFrom === before) return { lines, reached };
    before = scannedFrom;
  }
};

/** Prints from `after` to the present end, page by page, so that a log of any length takes little memory. */
const printOn = async (
  client: Client,
  id: string,
  filter: LogFilter,
  start: number,
  print: Print,
): Promise<number> => {
  let after = start;
  for (;;) {
    const page = await client.listRunLogs({ params: { id }, query: { after, limit: pageLines, ...filter } });
    await print(page.lines);
    const reached = Math.max(page.scannedTo, page.lines.at(-1)?.seq ?? 0);
    if (reached <= after || reached >= page.lastSeq) return Math.max(after, reached);
    after = reached;
  }
};

export const registerLogs = (run: Command, open: OpenContext): void => {
  run
    .command('logs')
    .summary('show the log of a run, also live')
    .description('Show the log of a run. With --json each line is one JSON object.')
    .argument('<run>', runReference)
    .option('-f, --follow', 'go on until the run has ended (Ctrl-C leaves it running)')
    .addOption(levelOption())
    .option('-s, --system <label>', 'only lines of this system')
    .option('--search <text>', 'only lines that hold this text')
    .option(
      '--after <line>',
      'only lines after this sequence number',
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    )
    .addOption(
      new Option('--tail <lines>', 'only the last so many lines')
        .argParser(wholeNumber(0, 100_000))
        .conflicts('after'),
    )
    .option('-t, --timestamps', 'full timestamps in UTC')
    .action(async (reference: string, options: LogsOptions, command: Command) => {
      const context = open(command);
      const { out, host } = context;
      const client = await context.client();
      const found = await getRun(client, reference);
      const filter: LogFilter = {
        ...(options.level === undefined ? {} : { level: options.level }),
        ...(options.system === undefined ? {} : { system: options.system }),
        ...(options.search === undefined ? {} : { search: options.search }),
      };
      const write = printer(context, options.timestamps === true);
      let printed = 0;
      const print: Print = async (lines) => {
        printed += lines.length;
        await write(lines);
      };
      let reached: number;
      if (options.tail === undefined) {
        reached = await printOn(client, found.id, filter, options.after ?? 0, print);
      } else {
        const tail = await readTail(client, found.id, filter, Math.max(1, options.tail));
        if (options.tail > 0) await print(tail.lines);
        ({ reached } = tail);
      }
      if (options.follow !== true) {
        if (printed > 0 || options.tail === 0) return;
        const nothing = found.logLines === 0 ? `has written nothing` : 'has no line like that';
        await out.note(`Run ${found.number} (${found.state}) ${nothing}.`);
        return;
      }
      const end = hasEnded(found.state)
        ? found
        : await watchRun(context, {
            run: found,
            after: reached,
            filter,
            fullTime: options.timestamps === true,
          });
      await out.note(describeEnd(end, out.noteStyle, host.clock.now()));
    });
};
