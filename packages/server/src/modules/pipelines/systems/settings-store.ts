import { sql } from 'kysely';
import type { Executor } from '../../../kernel/db/database.ts';
import type { OptionValues } from './options.ts';

export interface SystemSettings {
  readonly active: boolean;
  readonly options: OptionValues;
}

interface Row {
  readonly system_id: string;
  readonly active: boolean;
  readonly options: unknown;
}

const fromRow = (row: Row): SystemSettings => ({ active: row.active, options: row.options as OptionValues });

/** Settings by system id; a system without an entry is on, with the options of its manifest. */
export const listSettings = async (
  db: Executor,
  projectId: string,
): Promise<ReadonlyMap<string, SystemSettings>> => {
  const rows = await db
    .selectFrom('system_settings')
    .select(['system_id', 'active', 'options'])
    .where('project_id', '=', projectId)
    .execute();
  return new Map(rows.map((row) => [row.system_id, fromRow(row)]));
};

/** Changes what is given and leaves the rest, also against another change at the same moment. */
export const saveSettings = async (
  db: Executor,
  change: {
    readonly projectId: string;
    readonly systemId: string;
    readonly active: boolean | undefined;
    readonly options: OptionValues;
    readonly at: Date;
  },
): Promise<void> => {
  const options = JSON.stringify(change.options);
  await db
    .insertInto('system_settings')
    .values({
      project_id: change.projectId,
      system_id: change.systemId,
      active: change.active ?? true,
      options,
      updated_at: change.at,
    })
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'system_id']).doUpdateSet({
        ...(change.active === undefined ? {} : { active: change.active }),
        options: sql`system_settings.options || ${options}::jsonb`,
        updated_at: change.at,
      }),
    )
    .execute();
};

/** Adds settings that are not there yet; answers whether it did. */
export const addSettings = async (
  db: Executor,
  row: {
    readonly projectId: string;
    readonly systemId: string;
    readonly active: boolean;
    readonly options: OptionValues;
    readonly at: Date;
  },
): Promise<boolean> => {
  const result = await db
    .insertInto('system_settings')
    .values({
      project_id: row.projectId,
      system_id: row.systemId,
      active: row.active,
      options: JSON.stringify(row.options),
      updated_at: row.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
};
