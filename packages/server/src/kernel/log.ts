import { pino } from 'pino';

/** Structured log: one JSON object a line on stdout, or readable lines on a terminal. */
export interface Logger {
  debug(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
  child(fields: Record<string, unknown>): Logger;
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

export const createLogger = (
  level: (typeof logLevels)[number],
  destination?: { write(line: string): void },
): Logger =>
  pino(
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
    },
    destination ?? pino.destination({ dest: 1, sync: false }),
  );
