/** Where the embedded PostgreSQL tells the server what it does; secrets never pass through it. */
export type Log = (level: 'info' | 'warn', message: string, fields?: Record<string, unknown>) => void;
