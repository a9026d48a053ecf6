import type { RunPart } from '@dumont/contracts/runs/runs';
import type { LogLine } from '@dumont/contracts/runs/logs';
import type { Clock } from '../../kernel/clock.ts';
import type { ByteSource, Leftovers } from './executors/executor.ts';
import { createLineSplitter, parseLogLine, type ParsedLine } from './log-lines.ts';
import type { LogStore, NewLine } from './log-store.ts';
import { createProgressTracker } from './progress.ts';
import type { LogQuota } from './run.ts';

/** Read from each file at a time; what bounds memory while a run floods its log. */
const chunkBytes = 1024 * 1024;
/**
 * Lines of a file that one batch takes: a chunk of nothing but line ends has a million, and who is at work on them for
 * seconds renews no lease.
 */
const batchLines = 20_000;
/** Small writes are gathered for so long, so that chatter does not become a transaction a line. */
const gatherMs = 20;
/** How often the files are measured: a program writes faster than a database stores. */
const measureMs = 250;

export interface LogPump {
  /** Reads on until `ended` has resolved and everything is stored. Rejects with `LeaseLost` when the lease is. */
  run(ended: Promise<unknown>): Promise<void>;
  /** A line of ours into the log, stored with the next batch. */
  say(level: NewLine['level'], message: string): void;
  readonly parts: readonly RunPart[];
}

export class LogFenced extends Error {
  override readonly name = 'LogFenced';
}

export interface LogPumpDeps {
  /** Stores a batch once; false when the lease is not ours any more. */
  readonly append: LogStore['append'];
  readonly clock: Clock;
  readonly redact: (text: string) => string;
  readonly publish: (lines: readonly LogLine[]) => void;
  /** Called once when the run has written more than its quota, stored or not; reading stops where the quota ends. */
  readonly onQuota: () => void;
  readonly quota: LogQuota;
}

interface Tail {
  readonly name: 'stdout' | 'stderr';
  readonly source: ByteSource;
  readonly splitter: ReturnType<typeof createLineSplitter>;
  offset: number;
}

export interface PumpStart {
  readonly runId: string;
  readonly token: string;
  readonly lastSeq: number;
  readonly systems: readonly string[];
  readonly stdoutOffset: number;
  readonly stderrOffset: number;
  readonly parts: readonly RunPart[];
}

/** The bytes up to and with so many ends of lines. */
const firstLines = (bytes: Uint8Array, count: number): Uint8Array => {
  let ends = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte !== 0x0a && byte !== 0x0d) continue;
    ends += 1;
    if (ends === count) return bytes.subarray(0, at + 1);
  }
  return bytes;
};

/**
 * Moves what an attempt writes into its log: both files are tailed, lines parsed, redacted and stored in
 * batches whose size follows the speed of the database, then handed to the watchers.
 */
export const createLogPump = (start: PumpStart, files: Leftovers | undefined, deps: LogPumpDeps): LogPump => {
  const { clock } = deps;
  const tails: Tail[] =
    files === undefined
      ? []
      : [
          {
            name: 'stdout',
            source: files.stdout,
            splitter: createLineSplitter(),
            offset: start.stdoutOffset,
          },
          {
            name: 'stderr',
            source: files.stderr,
            splitter: createLineSplitter(),
            offset: start.stderrOffset,
          },
        ];
  const tracker = createProgressTracker(start.parts);
  const systems = new Set(start.systems);
  let seq = start.lastSeq;
  let waiting: NewLine[] = [];
  /** No more is read. */
  let isFull = false;
  let isQuotaTold = false;

  /** After parsing: JSON escapes and NUL would hide a secret from a look at the raw line. */
  const redacted = (line: ParsedLine): ParsedLine => ({
    ...line,
    message: deps.redact(line.message),
    ...(line.system === undefined ? {} : { system: deps.redact(line.system) }),
    ...(line.progress?.text === undefined
      ? {}
      : { progress: { ...line.progress, text: deps.redact(line.progress.text) } }),
  });

  const toLine = (text: string, source: 'stdout' | 'stderr'): NewLine => {
    const parsed = redacted(parseLogLine(text));
    tracker.see(parsed);
    if (parsed.system !== undefined && systems.size < 200) systems.add(parsed.system);
    return { level: parsed.level, source, system: parsed.system ?? null, message: parsed.message };
  };

  const readTail = async (tail: Tail, isLast: boolean): Promise<NewLine[]> => {
    if (isFull) return [];
    const bytes = firstLines(await tail.source.read(tail.offset, chunkBytes), batchLines);
    tail.offset += bytes.length;
    const texts = bytes.length > 0 ? tail.splitter.push(bytes) : isLast ? tail.splitter.flush() : [];
    return texts.map((text) => toLine(text, tail.name));
  };

  const storedOffset = (name: Tail['name'], before: number): number => {
    const tail = tails.find((each) => each.name === name);
    return tail === undefined ? before : tail.offset - tail.splitter.pendingBytes;
  };

  const store = async (lines: readonly NewLine[]): Promise<void> => {
    const ts = clock.now();
    const changes = tracker.take();
    const isOurs = await deps.append({
      runId: start.runId,
      token: start.token,
      firstSeq: seq + 1,
      ts,
      lines,
      stdoutOffset: storedOffset('stdout', start.stdoutOffset),
      stderrOffset: storedOffset('stderr', start.stderrOffset),
      systems: [...systems],
      progress: changes?.progress,
      parts: changes?.parts,
    });
    if (!isOurs) throw new LogFenced('another worker holds the run');
    const stamp = ts.toISOString();
    deps.publish(lines.map((line, index) => ({ seq: seq + 1 + index, ts: stamp, ...line })));
    seq += lines.length;
  };

  const readSoFar = (): number => tails.reduce((sum, tail) => sum + tail.offset, 0);

  const checkQuota = (): void => {
    const { quota } = deps;
    isFull = readSoFar() > quota.bytes || seq > quota.lines;
    const written = tails.reduce((sum, { source, offset }) => sum + Math.max(source.size, offset), 0);
    if (isQuotaTold || !(isFull || written > quota.bytes)) return;
    isQuotaTold = true;
    deps.onQuota();
  };

  /** Beside the reading, of which one round may take long. */
  const measure = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted && !isQuotaTold) {
      await clock.sleep(measureMs, signal);
      if (!signal.aborted) checkQuota();
    }
  };

  const round = async (isLast: boolean): Promise<{ readonly lines: number; readonly bytes: number }> => {
    const before = readSoFar();
    let lines = waiting;
    waiting = [];
    // Not spread into a call: a chunk of short lines has more of them than a call takes arguments.
    for (const tail of tails) lines = lines.concat(await readTail(tail, isLast));
    if (lines.length > 0) await store(lines);
    checkQuota();
    return { lines: lines.length, bytes: readSoFar() - before };
  };

  /** All that there is: a chunk may complete no line, and more may follow it. */
  const readToEnd = async (): Promise<void> => {
    for (let done = await round(false); done.lines + done.bytes > 0;) done = await round(false);
    await round(true);
  };

  return {
    run: async (ended) => {
      const exit = new AbortController();
      void ended.then(
        () => exit.abort(),
        () => exit.abort(),
      );
      void measure(exit.signal);
      while (!exit.signal.aborted) {
        const roundStartedMs = clock.elapsedMs();
        const { lines } = await round(false);
        if (isFull) {
          await ended;
        } else if (lines === 0) {
          const pause = new AbortController();
          const signal = AbortSignal.any([exit.signal, pause.signal]);
          await Promise.race(tails.map((tail) => tail.source.grown(tail.offset, signal)));
          pause.abort();
        } else if (lines < 500) {
          await clock.sleep(Math.max(0, gatherMs - (clock.elapsedMs() - roundStartedMs)), exit.signal);
        }
      }
      await readToEnd();
    },
    say: (level, message) => {
      waiting.push({ level, source: 'dumont', system: null, message });
    },
    get parts() {
      return tracker.parts;
    },
  };
};
