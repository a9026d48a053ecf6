import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { upstream } from './architecture.mjs';

const folder = join(import.meta.dirname, '../../packages/server/db/migrations');

/** Migrations that are called after a part of a module. */
const parts = {
  kernel: 'kernel',
  monitoring: 'kernel',
  alarm_reminders: 'alarms',
  ledger: 'machines',
  machine_tunnels: 'machines',
  machine_holds: 'machines',
  machine_keys: 'machines',
  // Pipelines write these, with a role of their own, in a schema of their own.
  funds: 'kernel',
};

/** Tables that came with the migration of the module that asked for them. */
const others = { mails: 'mail', recovery_passwords: 'identity' };

const ownerOf = (file) => {
  const name = file.replace(/^\d+_(\w+)\.sql$/, '$1');
  const owner = parts[name] ?? (Object.hasOwn(upstream, name) ? name : undefined);
  if (owner === undefined) throw new Error(`${file} is of no module: name it in tools/lint/table-owners.mjs`);
  return owner;
};

/** Which module each table is of, as the names of the migrations say. */
export const tableOwners = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/^CREATE (?:UNLOGGED )?TABLE (\w+)/gm)].map(
        ([, table]) => [table, others[table] ?? ownerOf(file)],
      ),
    ),
);
