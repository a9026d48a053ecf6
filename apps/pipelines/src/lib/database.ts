import { Client, DatabaseError } from 'pg';
import { PipelineFailure } from './failure.ts';

/** One connection, as the role of the run: it reaches the schema `funds` and nothing else. */
export async function connectDatabase(url: string | undefined): Promise<Client> {
  if (url === undefined)
    throw new PipelineFailure('databaseUrl is not configured: it says where the rows are loaded');
  const client = new Client({
    connectionString: url,
    application_name: 'dumont pipeline',
    keepAlive: true,
  });
  // Without a listener a connection that breaks while idle ends the process without a word.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PipelineFailure(`the database cannot be reached: ${reason}`, { temporary: true, cause: error });
  }
  return client;
}

const temporaryClasses = new Set([
  '08', // connection
  '40', // serialization, deadlock
  '53', // resources: disk full, too many connections
  '57', // shut down, crash
]);

/** Says which part failed, and whether a second attempt may help. */
export function databaseFailure(doing: string, error: unknown): PipelineFailure {
  if (error instanceof PipelineFailure) return error;
  const code = error instanceof DatabaseError ? error.code : undefined;
  const reason = error instanceof Error ? error.message : String(error);
  const lost = code === undefined && /connection|ECONN|EPIPE/i.test(reason);
  const full = code === '53100';
  const temporary = !full && (lost || (code !== undefined && temporaryClasses.has(code.slice(0, 2))));
  const help = full ? ' (the disk of the database is full: free space, then run again)' : '';
  return new PipelineFailure(`${doing}: ${reason}${help}`, { temporary, cause: error });
}
