import { logLevels, type LogLevel } from '@dumont/contracts/runs/logs';

/** What is kept of one line. */
export const maxLineBytes = 16 * 1024;

export interface LineSplitter {
  /** The lines that these bytes complete. */
  push(bytes: Uint8Array): string[];
  /** The last line, if it has no end; nothing is pending afterwards. */
  flush(): string[];
  /**
   * Bytes seen since the end of the last line that was returned: what was read less this is where reading is
   * taken up again, so that no line is lost or doubled.
   */
  readonly pendingBytes: number;
}

const lineFeed = 10;
const carriageReturn = 13;

/**
 * Lines of bytes that come in pieces. They end with LF or CR LF; a CR alone ends one too, because a progress bar
 * may write nothing else for hours, but makes no empty lines. Of a line over 16 KiB the beginning is kept, with a
 * mark that says how much is missing. What is no UTF-8 reads as U+FFFD.
 */
export const createLineSplitter = (): LineSplitter => {
  /** The unfinished line: its length, and of its bytes what will be kept and one more. */
  let length = 0;
  let kept: Buffer[] = [];
  let keptBytes = 0;
  /** CRs that follow it, whose meaning the next byte decides. */
  let returns = 0;

  const hold = (bytes: Buffer): void => {
    length += bytes.length;
    const room = maxLineBytes + 1 - keptBytes;
    if (room <= 0 || bytes.length === 0) return;
    // A copy: the caller may use its memory again, and a slice would keep all of it alive.
    const copy = Buffer.from(bytes.subarray(0, room));
    kept.push(copy);
    keptBytes += copy.length;
  };

  const take = (): string => {
    const text = textOf(Buffer.concat(kept), 0, length);
    length = 0;
    kept = [];
    keptBytes = 0;
    returns = 0;
    return text;
  };

  const push = (bytes: Uint8Array): string[] => {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = buffer.length;
    const lines: string[] = [];
    let from = 0;
    if (returns > 0) {
      while (from < end && buffer[from] === carriageReturn) from += 1;
      returns += from;
      if (from === end) return lines;
      const isEnd = buffer[from] === lineFeed;
      if (isEnd) from += 1;
      const text = take();
      if (isEnd || text !== '') lines.push(text);
    }
    const finish = (to: number): string => {
      if (length === 0) return textOf(buffer, from, to);
      hold(buffer.subarray(from, to));
      return take();
    };
    let nextReturn = nextOf(buffer, carriageReturn, from);
    for (;;) {
      const nextFeed = nextOf(buffer, lineFeed, from);
      if (nextReturn < from) nextReturn = nextOf(buffer, carriageReturn, from);
      if (nextFeed < nextReturn) {
        lines.push(finish(nextFeed));
        from = nextFeed + 1;
        continue;
      }
      if (nextReturn === end) break;
      let after = nextReturn + 1;
      while (after < end && buffer[after] === carriageReturn) after += 1;
      if (after === end) {
        hold(buffer.subarray(from, nextReturn));
        returns = end - nextReturn;
        return lines;
      }
      const isEnd = buffer[after] === lineFeed;
      const text = finish(nextReturn);
      if (isEnd || text !== '') lines.push(text);
      from = isEnd ? after + 1 : after;
    }
    hold(buffer.subarray(from));
    return lines;
  };

  return {
    push,
    flush: () => {
      const hasText = length > 0;
      const text = take();
      return hasText ? [text] : [];
    },
    get pendingBytes() {
      return length + returns;
    },
  };
};

/** The next place of a byte, or the end. */
const nextOf = (buffer: Buffer, byte: number, from: number): number => {
  const at = buffer.indexOf(byte, from);
  return at === -1 ? buffer.length : at;
};

/** What stands at the end of a line that was cut. */
export const cutMark = / …\[cut, \d+ bytes\]$/;

/** The line from `start` to `end`, of which the buffer may hold only what is kept and one byte more. */
const textOf = (buffer: Buffer, start: number, end: number): string => {
  if (end - start <= maxLineBytes) return buffer.toString('utf8', start, end);
  let cut = start + maxLineBytes;
  // Not inside a character: it has at most three continuation bytes.
  for (let steps = 0; steps < 3 && ((buffer[cut] ?? 0) & 0xc0) === 0x80; steps += 1) cut -= 1;
  return `${buffer.toString('utf8', start, cut)} …[cut, ${end - cut} bytes]`;
};

export interface LineProgress {
  /** The n of n/m or of n%. */
  readonly done: number;
  /** The m of n/m. */
  readonly total?: number;
  /** 0 to 100. */
  readonly percent: number;
  /** True when it was found in a message rather than reported. */
  readonly estimated: boolean;
  /** What the line says besides the figure. */
  readonly text?: string;
}

export interface ParsedLine {
  readonly level: LogLevel;
  /** The label in the second bracket. */
  readonly system?: string;
  readonly message: string;
  readonly progress?: LineProgress;
}

/**
 * What a line of a run's output says: `[LEVEL] [SYSTEM] message`, `[PROGRESS] [SYSTEM] n/m text`, one JSON object
 * with the fields `level, system, message, progress`, or anything else, which is INFO of the run. An `n/m` or
 * `n%` inside a message is taken as an estimate of the progress, except in a complaint (`disk is 95% full`).
 * NUL characters are left out: PostgreSQL's text has no place for them.
 */
export const parseLogLine = (line: string): ParsedLine => {
  const text = line.includes('\0') ? line.replaceAll('\0', '') : line;
  const first = text.charCodeAt(0);
  if (first === openBracket) return parseBracketed(text);
  if (first === openBrace && text.endsWith('}'))
    return parseJson(text) ?? withEstimate('INFO', undefined, text);
  return withEstimate('INFO', undefined, text);
};

const openBracket = 0x5b;
const openBrace = 0x7b;

/** Longest label of a system that filters take. */
const maxLabelLength = 100;
const bracketed = /^\[(DEBUG|INFO|SUCCESS|WARN|WARNING|ERROR|PROGRESS)\] *\[([^\]]*)\] ?(.*)$/s;

const parseBracketed = (text: string): ParsedLine => {
  const match = bracketed.exec(text);
  if (match === null) return withEstimate('INFO', undefined, text);
  const [, word = '', label = '', message = ''] = match;
  return interpret(word, label, message);
};

/** `word` is a level or PROGRESS. */
const interpret = (word: string, label: string, message: string): ParsedLine => {
  const system = label.trim().slice(0, maxLabelLength).toWellFormed();
  if (word !== 'PROGRESS') return withEstimate(levelOf(word), system, message);
  const reported = reportedProgress(message);
  return build('INFO', system, message, reported ?? estimate(message));
};

const levelOf = (word: string): LogLevel => {
  if (word === 'WARNING') return 'WARN';
  return logLevels.find((level) => level === word) ?? 'INFO';
};

const withEstimate = (level: LogLevel, system: string | undefined, message: string): ParsedLine =>
  build(level, system, message, level === 'WARN' || level === 'ERROR' ? undefined : estimate(message));

/** Leaves out what is absent; an empty label is absent too. */
const build = (
  level: LogLevel,
  system: string | undefined,
  message: string,
  progress: LineProgress | undefined,
): ParsedLine => {
  const hasSystem = system !== undefined && system !== '';
  if (progress === undefined) return hasSystem ? { level, system, message } : { level, message };
  return hasSystem ? { level, system, message, progress } : { level, message, progress };
};

const reportedFraction = /^\s*(\d{1,15})\s*\/\s*(\d{1,15})(?:\s+(.*))?$/s;
const reportedPercent = /^\s*(\d{1,3}(?:[.,]\d+)?)\s?%(?:\s+(.*))?$/s;

const reportedProgress = (message: string): LineProgress | undefined => {
  const fraction = reportedFraction.exec(message);
  if (fraction !== null) return ofFraction(Number(fraction[1]), Number(fraction[2]), false, fraction[3]);
  const percent = reportedPercent.exec(message);
  return percent === null ? undefined : ofPercent(percent[1] ?? '', false, percent[2]);
};

// Not a date, a path, a version or a sum: nothing but a space, a bracket or punctuation may stand around it, and
// a number with a leading zero is a day or a month.
const fraction = /(?<![^\s([{:=])(0|[1-9]\d{0,8}) ?\/ ?([1-9]\d{0,8})(?![^\s)\]},:;.!]|[.,:]\d)/;
const percentage = /(?<![^\s([{:=|])(\d{1,3}(?:[.,]\d{1,3})?) ?%(?![^\s)\]},:;.!|])/;

const estimate = (message: string): LineProgress | undefined => {
  if (message.includes('/')) {
    const match = fraction.exec(message);
    const found = match === null ? undefined : ofFraction(Number(match[1]), Number(match[2]), true);
    if (found !== undefined) return found;
  }
  if (!message.includes('%')) return undefined;
  const match = percentage.exec(message);
  return match === null ? undefined : ofPercent(match[1] ?? '', true);
};

const ofFraction = (
  done: number,
  total: number,
  estimated: boolean,
  text?: string,
): LineProgress | undefined => {
  if (total === 0 || done > total) return undefined;
  const progress = { done, total, percent: (done / total) * 100, estimated };
  return text === undefined || text === '' ? progress : { ...progress, text };
};

const ofPercent = (digits: string, estimated: boolean, text?: string): LineProgress | undefined => {
  const percent = Number(digits.replace(',', '.'));
  if (percent > 100) return undefined;
  const progress = { done: percent, percent, estimated };
  return text === undefined || text === '' ? progress : { ...progress, text };
};

const parseJson = (text: string): ParsedLine | undefined => {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const { level, system, message, progress } = fields;
  if (typeof message !== 'string') return undefined;
  const word = typeof level === 'string' ? level.toUpperCase() : 'INFO';
  const line = interpret(word, typeof system === 'string' ? clean(system) : '', clean(message));
  const given = jsonProgress(progress);
  return given === undefined ? line : { ...line, progress: given };
};

/** Escapes can write what a line of text cannot hold. */
const clean = (text: string): string => text.replaceAll('\0', '').toWellFormed();

/** A number is a percentage; an object has `done` and `total`, or `percent`, and perhaps a `text`. */
const jsonProgress = (value: unknown): LineProgress | undefined => {
  if (isCount(value)) return ofPercent(String(value), false);
  if (typeof value !== 'object' || value === null) return undefined;
  const { done, total, percent, text } = value as Record<string, unknown>;
  const said = typeof text === 'string' ? clean(text) : undefined;
  if (isCount(done) && isCount(total)) return ofFraction(done, total, false, said);
  return isCount(percent) ? ofPercent(String(percent), false, said) : undefined;
};

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;
