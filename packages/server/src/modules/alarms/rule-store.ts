import { sql, type Selectable } from 'kysely';
import { Condition } from '@dumont/contracts/alarms/alarms';
import type { Scope } from '../../kernel/access/caller.ts';
import type { Database, Transactor } from '../../kernel/db/database.ts';
import type { AlarmRules } from '../../kernel/db/schema.gen.ts';
import { AppError } from '../../kernel/errors.ts';
import type { BuiltInRule } from './built-in-rules.ts';
import type { Rule } from './rule.ts';

export type RuleFields = Pick<
  Rule,
  'name' | 'description' | 'severity' | 'condition' | 'webhooks' | 'emails' | 'enabled'
>;

const toRule = (row: Selectable<AlarmRules>): Rule => ({
  id: row.id,
  builtIn: row.built_in_key !== null,
  projectId: row.project_id,
  name: row.name,
  description: row.description,
  severity: row.severity as Rule['severity'],
  condition: Condition.parse(row.condition),
  webhooks: row.webhooks,
  emails: row.emails,
  enabled: row.enabled,
  state: row.state as Rule['state'],
  lastValue: row.last_value,
  evaluatedAt: row.evaluated_at,
  armedAt: row.armed_at,
});

const toColumns = (fields: RuleFields) => ({
  name: fields.name,
  description: fields.description,
  severity: fields.severity,
  condition: JSON.stringify(fields.condition),
  webhooks: [...fields.webhooks],
  emails: [...fields.emails],
  enabled: fields.enabled,
});

/** Rules that everybody with the scope may know of: those of its projects, and the installation's. */
export const createRuleReader = (db: Database) => ({
  listRules: async (scope: Scope, projectId: string | undefined): Promise<Rule[]> => {
    let query = db.selectFrom('alarm_rules').selectAll().orderBy('name').orderBy('id');
    if (!scope.everywhere) {
      query = query.where((eb) =>
        eb.or([
          eb('project_id', 'is', null),
          eb(eb.ref('project_id'), '=', sql<string>`any(${[...scope.projectIds]}::uuid[])`),
        ]),
      );
    }
    if (projectId !== undefined) query = query.where('project_id', '=', projectId);
    return (await query.execute()).map(toRule);
  },
  findRule: async (id: string): Promise<Rule | undefined> => {
    const row = await db.selectFrom('alarm_rules').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : toRule(row);
  },
  listEnabledRules: async (): Promise<Rule[]> =>
    (await db.selectFrom('alarm_rules').selectAll().where('enabled', '=', true).execute()).map(toRule),
});

export const createRuleWriter = (db: Database) => ({
  insertBuiltInRules: async (
    rules: readonly (BuiltInRule & Pick<Rule, 'id' | 'name' | 'description'>)[],
    now: Date,
  ): Promise<void> => {
    await db
      .insertInto('alarm_rules')
      .values(
        rules.map(({ id, key, ...rule }) => ({
          ...toColumns({ ...rule, webhooks: [], emails: [], enabled: true }),
          id,
          built_in_key: key,
          state: 'unknown',
          armed_at: now,
          created_at: now,
        })),
      )
      .onConflict((conflict) => conflict.column('built_in_key').doNothing())
      .execute();
  },
});

/** Changes within a transaction. Rules are locked in the order of their ids, the evaluator included. */
export const createRuleTransactor = (tx: Transactor) => ({
  insertRule: async (
    rule: RuleFields & { id: string; projectId: string | null; now: Date },
  ): Promise<Rule> => {
    const values = {
      ...toColumns(rule),
      id: rule.id,
      project_id: rule.projectId,
      state: 'unknown',
      armed_at: rule.now,
      created_at: rule.now,
    };
    try {
      return toRule(
        await tx.insertInto('alarm_rules').values(values).returningAll().executeTakeFirstOrThrow(),
      );
    } catch (cause) {
      if ((cause as { constraint?: string }).constraint === 'alarm_rules_project_fkey') {
        throw new AppError('project.not_found', {}, { cause });
      }
      throw cause;
    }
  },
  lockRule: async (id: string): Promise<Rule | undefined> => {
    const row = await tx
      .selectFrom('alarm_rules')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    return row === undefined ? undefined : toRule(row);
  },
  lockEnabledRules: async (): Promise<Rule[]> => {
    const rows = await tx
      .selectFrom('alarm_rules')
      .selectAll()
      .where('enabled', '=', true)
      .orderBy('id')
      .forUpdate()
      .execute();
    return rows.map(toRule);
  },
  /** With `rearmedAt` the rule starts afresh: nothing is known, and earlier events do not count. */
  updateRule: async (id: string, fields: RuleFields, rearmedAt: Date | undefined): Promise<Rule> =>
    toRule(
      await tx
        .updateTable('alarm_rules')
        .set({
          ...toColumns(fields),
          ...(rearmedAt === undefined
            ? {}
            : { armed_at: rearmedAt, state: 'unknown', last_value: null, evaluated_at: null }),
        })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow(),
    ),
  deleteRule: async (id: string): Promise<void> => {
    await tx.deleteFrom('alarm_rules').where('id', '=', id).execute();
  },
  /** One statement for all: this happens every few seconds. */
  saveReadings: async (
    readings: readonly { id: string; state: Rule['state']; lastValue: number | null }[],
    now: Date,
  ): Promise<void> => {
    await sql`update alarm_rules set state = read.state, last_value = read.value, evaluated_at = ${now}
      from unnest(${readings.map(({ id }) => id)}::uuid[], ${readings.map(({ state }) => state)}::text[],
        ${readings.map(({ lastValue }) => lastValue)}::float8[]) as read (id, state, value)
      where alarm_rules.id = read.id`.execute(tx);
  },
});

export type RuleReader = ReturnType<typeof createRuleReader>;
