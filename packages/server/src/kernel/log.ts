import { isCpf, maskCpf } from '@dumont/contracts/cpf';
import { pino } from 'pino';
import { toStdout, type Destination } from './log-destination.ts';

/** Structured log: one JSON object a line on stdout, or readable lines on a terminal. */
export interface Logger {
  debug(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
  child(fields: Record<string, unknown>): Logger;
  /**
   * A line of level `info` for something that happens at every request, and whose fields are each chosen: values are
   * not looked through for secrets, which costs more than all the rest of a line, and lines are written some at once,
   * at most 100 ms later.
   */
  access(fields: Record<string, unknown>, message: string): void;
  /** Lines that the logger of a thread made, as they are: one writer keeps lines whole. */
  pass(lines: string): void;
}

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** Names under which secrets travel through our objects; their values never reach the log. */
const secretNames = [
  'password',
  'token',
  'access_token',
  'refresh_token',
  'secret',
  'authorization',
  'cookie',
  'ticket',
  'masterKey',
  'databaseUrl',
  'privateKey',
  'cpf',
];

/** What is worth reading of an error. Libraries hang whole connections on theirs: those stay out. */
const describe = (error: unknown, depth = 0): unknown => {
  if (!(error instanceof Error)) return error;
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    stack: error.stack,
    ...(error.cause === undefined || depth > 3 ? {} : { cause: describe(error.cause, depth + 1) }),
  };
};

/** A CPF as people write it, or eleven digits inside a text; a number of JSON has a sign of JSON right before it. */
const cpfInText = /(?<!\d)\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)|(?<![\d:,[.-])\d{11}(?!\d)/g;

/** The same without a look behind: most lines hold nothing like it, which this finds out five times as fast. */
const perhapsCpf = /\d{3}(?:\.\d{3}\.\d{3}-\d{2}|\d{8})/;

/** A line without CPFs, wherever they stand: in an address, in what a library or the database says. */
const withoutCpfs = (line: string): string =>
  perhapsCpf.test(line)
    ? line.replaceAll(cpfInText, (found) => {
        const digits = found.replaceAll(/\D/g, '');
        return isCpf(digits) ? maskCpf(digits) : found;
      })
    : line;

export const createLogger = (
  level: (typeof logLevels)[number],
  destination: Destination = toStdout(),
): Logger => {
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
        censor: '********',
      },
      serializers: { error: describe, cause: describe },
      hooks: { streamWrite: withoutCpfs },
    },
    destination,
  );
  return asLogger(log, '', destination);
};

/** As JSON, each with a comma behind it. */
const membersOf = (fields: Record<string, unknown>): string => {
  const text = JSON.stringify(fields);
  return text === '{}' ? '' : `${text.slice(1, -1)},`;
};

/** Many lines are of one millisecond, and writing a time takes as long as writing what it is of. */
const timeText = ((): ((ms: number) => string) => {
  let lastMs = 0;
  let text = '';
  return (ms) => {
    if (ms !== lastMs) text = new Date(ms).toISOString();
    lastMs = ms;
    return text;
  };
})();

const asLogger = (log: pino.Logger, ofAll: string, destination: Destination): Logger => {
  const isTold = log.isLevelEnabled('info');
  const keep = (destination.keep ?? destination.write).bind(destination);
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
    child: (fields) => asLogger(log.child(fields), ofAll + membersOf(fields), destination),
    access: (fields, message) => {
      if (!isTold) return;
      const time = timeText(Date.now());
      const line = `{"level":"info","time":"${time}",${ofAll}${membersOf(fields)}"msg":${JSON.stringify(message)}}\n`;
      keep(withoutCpfs(line));
    },
    pass: (lines) => destination.write(lines),
  };
};
