import pg from 'pg';
import type { TestDatabase } from '../database.ts';

const asSuperuser = async (
  database: TestDatabase,
  run: (client: pg.Client) => Promise<void>,
): Promise<void> => {
  const client = new pg.Client({ connectionString: database.superuserUrl });
  await client.connect();
  try {
    await run(client);
  } finally {
    await client.end();
  }
};

/** Keeps all rows beside. Answers what puts them back where they were, as a restore from a backup does. */
export const backUp = async (database: TestDatabase): Promise<() => Promise<void>> => {
  const { rows } = await database.pool.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'app' AND tablename <> 'migrations'`,
  );
  const names = rows.map(({ name }) => pg.escapeIdentifier(name));
  await asSuperuser(database, async (client) => {
    await client.query('DROP SCHEMA IF EXISTS backup CASCADE; CREATE SCHEMA backup');
    for (const name of names) await client.query(`CREATE TABLE backup.${name} AS TABLE app.${name}`);
  });
  return () =>
    asSuperuser(database, async (client) => {
      await client.query('SET session_replication_role = replica');
      for (const name of names)
        await client.query(
          `DELETE FROM app.${name}; INSERT INTO app.${name} OVERRIDING SYSTEM VALUE SELECT * FROM backup.${name}`,
        );
    });
};
