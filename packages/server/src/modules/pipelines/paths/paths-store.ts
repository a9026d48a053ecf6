import type { Executor } from '../../../kernel/db/database.ts';

/** Folders by the name of their setting. */
export const listPathSettings = async (
  db: Executor,
  projectId: string,
): Promise<ReadonlyMap<string, string>> => {
  const rows = await db
    .selectFrom('path_settings')
    .select(['name', 'path'])
    .where('project_id', '=', projectId)
    .execute();
  return new Map(rows.map(({ name, path }) => [name, path]));
};

export const savePathSetting = async (
  db: Executor,
  setting: { readonly projectId: string; readonly name: string; readonly path: string; readonly at: Date },
): Promise<void> => {
  await db
    .insertInto('path_settings')
    .values({
      project_id: setting.projectId,
      name: setting.name,
      path: setting.path,
      updated_at: setting.at,
    })
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'name']).doUpdateSet({ path: setting.path, updated_at: setting.at }),
    )
    .execute();
};

export const removePathSetting = async (db: Executor, projectId: string, name: string): Promise<void> => {
  await db.deleteFrom('path_settings').where('project_id', '=', projectId).where('name', '=', name).execute();
};
