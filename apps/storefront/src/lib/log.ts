import { pino } from 'pino';

/** Structured log: one JSON object a line. Bodies and queries are never logged: they may hold a CPF. */
export interface Logger {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

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
      base: { service: 'storefront' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: (error: unknown) => describe(error) },
    },
    destination ?? pino.destination({ dest: 1, sync: false }),
  );
