import { isCpf, maskCpf } from '@dumont/contracts/cpf';
import { pino } from 'pino';

/** Structured log: one JSON object a line on stdout, or readable lines on a terminal. */
export interface Logger {
  debug(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
  child(fields: Record<string, unknown>): Logger;
  /**
   * The same log for lines that are many and whose fields are each chosen: values are not looked through for secrets,
   * which costs more than all the rest of a line, and lines are written some at once, at most 100 ms later.
   */
  readonly chosenFields: Logger;
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

/** A line without CPFs, wherever they stand: in an address, in what a library or the database says. */
const withoutCpfs = (line: string): string =>
  line.replaceAll(cpfInText, (found) => {
    const digits = found.replaceAll(/\D/g, '');
    return isCpf(digits) ? maskCpf(digits) : found;
  });

interface Destination {
  write(line: string): void;
  /** Writes what was kept to be written together. */
  flush?(): void;
}

const toStdout = (): Destination => {
  const stdout = pino.destination({ dest: 1, sync: false, minLength: 8192, periodicFlush: 100 });
  return {
    write: (line) => stdout.write(line),
    flush: () => {
      try {
        stdout.flush();
      } catch {
        // Nobody reads it any more, and it is closed: that is no reason to fail.
      }
    },
  };
};

export const createLogger = (
  level: (typeof logLevels)[number],
  destination: Destination = toStdout(),
): Logger => {
  const make = (redact: { paths: string[]; censor: string }): pino.Logger =>
    pino(
      {
        level,
        base: null,
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
        redact,
        serializers: { error: describe, cause: describe },
        hooks: { streamWrite: withoutCpfs },
      },
      destination,
    );
  const plain = make({ paths: [], censor: '' });
  const log = make({
    paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
    censor: '********',
  });
  const flush = destination.flush?.bind(destination) ?? (() => undefined);
  return asLogger(log, plain, flush);
};

/** Children of either are children of both. */
const asLogger = (log: pino.Logger, plain: pino.Logger, written: () => void): Logger => {
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (fields: Record<string, unknown>, message: string): void => {
      log[level](fields, message);
      written();
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => asLogger(log.child(fields), plain.child(fields), written),
    get chosenFields() {
      return asLogger(plain, plain, () => undefined);
    },
  };
};
