import type { Locale } from '@dumont/contracts/identity/auth';
import { z } from 'zod';
import { scopeOf } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import { decodeCursor, encodeCursor } from '../../kernel/db/cursor.ts';
import type { Database, Transactor } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import type { Outbound } from '../../kernel/outbound/outbound.ts';
import type { Random } from '../../kernel/random.ts';
import type { Mail } from '../mail/index.ts';
import { demandWrite, mayWrite } from './access.ts';
import { createAlarmTransactor, type AlarmReader } from './alarm-store.ts';
import type { LanguageOf } from '../identity/index.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Rules } from './rules.ts';
import { sendTestNotification } from './test-notification.ts';
import { showRule, type AlarmView } from './view.ts';

export type AlarmOperation =
  | 'listAlarms'
  | 'acknowledgeAlarm'
  | 'listAlarmRules'
  | 'createAlarmRule'
  | 'updateAlarmRule'
  | 'deleteAlarmRule'
  | 'testAlarmRule';

const Position = z.strictObject({ id: z.uuid() });

export const createAlarmHandlers = (deps: {
  alarms: AlarmReader;
  rules: Rules;
  view: AlarmView;
  lifecycle: Lifecycle;
  transaction<T>(work: (tx: Transactor) => Promise<T>): Promise<T>;
  outbound: Outbound;
  mail: Mail;
  clock: Clock;
  random: Random;
  db: Database;
  publicUrl: string | undefined;
  language: Locale;
  languageOf: LanguageOf;
}): Handlers<AlarmOperation> => {
  const { alarms, rules, view, clock } = deps;
  return {
    listAlarms: async ({ caller, query: { cursor, limit, projectId, state, acknowledged } }) => {
      const before = cursor === undefined ? undefined : decodeCursor(cursor, Position).id;
      const scope = scopeOf(caller, 'alarms:read');
      const rows = await alarms.listAlarms(scope, { projectId, state, acknowledged }, before, limit + 1);
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        items: await view(page),
        nextCursor: last === undefined ? null : encodeCursor({ id: last.id }),
      };
    },
    acknowledgeAlarm: async ({ caller, params: { id }, body }) => {
      await deps.transaction(async (tx) => {
        const store = createAlarmTransactor(tx);
        const row = await store.lockAlarm(scopeOf(caller, 'alarms:read'), id);
        if (row === undefined) throw new AppError('alarm.not_found');
        demandWrite(caller, row.project_id);
        await store.acknowledge(id, {
          userId: caller.userId,
          name: caller.name,
          note: body?.note,
          at: clock.now(),
        });
        const alarm = { id, projectId: row.project_id, ruleName: row.rule_name };
        await deps.lifecycle.publish(tx, 'alarm.acknowledged', alarm);
      });
      const [alarm] = await view(await alarms.listAlarmsById([id]));
      if (alarm === undefined) throw new AppError('alarm.not_found');
      return alarm;
    },
    listAlarmRules: async ({ caller, query: { projectId } }) => {
      const { items, metrics } = await rules.list(caller, projectId);
      return { items: items.map((rule) => showRule(rule, mayWrite(caller, rule.projectId))), metrics };
    },
    createAlarmRule: async ({ caller, body, context: { address } }) =>
      showRule(await rules.create({ caller, address }, body), true),
    updateAlarmRule: async ({ caller, params: { id }, body, context: { address } }) =>
      showRule(await rules.update({ caller, address }, id, body), true),
    deleteAlarmRule: async ({ caller, params: { id }, context: { address } }) => {
      await rules.delete({ caller, address }, id);
    },
    testAlarmRule: async ({ caller, params: { id } }) =>
      sendTestNotification(deps, await rules.getForTest(caller, id)),
  };
};
