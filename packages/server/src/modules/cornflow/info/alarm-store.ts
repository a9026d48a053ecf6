import type { Database } from '../../../kernel/db/database.ts';

export interface AlarmFields {
  readonly name: string;
  readonly criticality: number;
  readonly description: string;
  readonly schema: string | null;
}

export interface MainAlarmFields {
  readonly id_alarm: number;
  readonly criticality: number;
  readonly message: string;
  readonly schema: string | null;
}

export interface AlarmFilter {
  readonly schema: string | undefined;
  readonly criticality: number | undefined;
}

/** Alarms that clients keep here: lists of theirs, which nothing of ours raises. */
export const createCornflowAlarmStore = (db: Database) => ({
  list: ({ schema, criticality }: AlarmFilter) => {
    let select = db.selectFrom('cornflow_alarms').selectAll().where('deleted_at', 'is', null);
    if (schema !== undefined) select = select.where('schema', '=', schema);
    if (criticality !== undefined) select = select.where('criticality', '=', criticality);
    return select.orderBy('id').execute();
  },
  find: (id: number) =>
    db
      .selectFrom('cornflow_alarms')
      .selectAll()
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst(),
  insert: (alarm: AlarmFields, now: Date) =>
    db
      .insertInto('cornflow_alarms')
      .values({ ...alarm, created_at: now, updated_at: now })
      .returningAll()
      .executeTakeFirstOrThrow(),
  update: async (
    id: number,
    change: Partial<AlarmFields> & { deleted_at?: Date },
    now: Date,
  ): Promise<boolean> => {
    const row = await db
      .updateTable('cornflow_alarms')
      .set({ ...change, updated_at: now })
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .returning('id')
      .executeTakeFirst();
    return row !== undefined;
  },
  listMain: ({ schema, criticality, alarm }: AlarmFilter & { readonly alarm: number | undefined }) => {
    let select = db.selectFrom('cornflow_main_alarms').selectAll();
    if (schema !== undefined) select = select.where('schema', '=', schema);
    if (criticality !== undefined) select = select.where('criticality', '=', criticality);
    if (alarm !== undefined) select = select.where('id_alarm', '=', alarm);
    return select.orderBy('id', 'desc').execute();
  },
  insertMain: (alarm: MainAlarmFields, now: Date) =>
    db
      .insertInto('cornflow_main_alarms')
      .values({ ...alarm, created_at: now, updated_at: now })
      .returningAll()
      .executeTakeFirstOrThrow(),
});

export type CornflowAlarmStore = ReturnType<typeof createCornflowAlarmStore>;
