/** Errors that came out of the pool: others may carry the same system codes (`ECONNRESET` of a call to a portal). */
const fromDatabase = new WeakSet<object>();

/** Marks what a connection of the pool failed with. Answers the error itself. */
export const markDatabaseError = <T>(error: T): T => {
  if (typeof error === 'object' && error !== null) fromDatabase.add(error);
  return error;
};

export const isDatabaseError = (error: object): boolean => fromDatabase.has(error);

/** A database that is away for a moment: restarting, failing over, full, too slow, out of connections. */
const passing =
  /^(57P0[1235]|57014|25P03|25006|40001|40P01|55P03|53\d{3}|08\d{3}|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)$/;

/** Whether the same statements may work in a moment, when the database is back. */
export const isPassing = (error: unknown): boolean => {
  const { code, message } = error as { code?: string; message?: string };
  return (
    passing.test(code ?? '') ||
    /Connection terminated|not queryable|timeout exceeded when trying to connect/.test(message ?? '')
  );
};
