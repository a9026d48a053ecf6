import type { Condition } from '@dumont/contracts/alarms/alarms';
import type { FindingCode } from '@dumont/contracts/finding-texts';
import { found } from '@dumont/contracts/findings';
import { can, projectFor, scopeOf, type By, type Caller } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Transactor } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { HandlerInput } from '../../kernel/http/handlers.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import type { Outbound } from '../../kernel/outbound/outbound.ts';
import type { Random } from '../../kernel/random.ts';
import type { Audit } from '../identity/index.ts';
import { demandMetrics, demandWrite, mayReadRule, mayWrite } from './access.ts';
import { createAlarmTransactor } from './alarm-store.ts';
import type { Lifecycle } from './lifecycle.ts';
import { isMetricKnown, listMetrics } from './metric-reader.ts';
import { ruleChange, ruleDetails } from './rule-details.ts';
import { createRuleTransactor, type RuleFields, type RuleReader } from './rule-store.ts';
import type { Rule } from './rule.ts';

type Create = HandlerInput<'createAlarmRule'>['body'];
type Update = HandlerInput<'updateAlarmRule'>['body'];

/** What a user does to rules, each written down with itself. Open alarms of a rule that is changed, switched off or deleted resolve. */
export const createRules = (deps: {
  reader: RuleReader;
  transaction<T>(work: (tx: Transactor) => Promise<T>): Promise<T>;
  lifecycle: Lifecycle;
  metrics: Metrics;
  outbound: Outbound;
  audit: Audit;
  clock: Clock;
  random: Random;
}) => {
  const { reader, clock } = deps;

  const checkCondition = (caller: Caller, condition: Condition): void => {
    if (condition.type === 'metric') {
      demandMetrics(caller);
      if (!isMetricKnown(deps.metrics.registry, condition.metric)) {
        throw new AppError('alarm.metric_unknown', { metric: condition.metric });
      }
    } else if (condition.event.startsWith('alarm.')) {
      const message = 'alarms are not raised by alarms';
      throw new AppError(
        'request.invalid',
        { count: 1 },
        { issues: [{ path: 'body.condition.event', message }] },
      );
    }
  };

  const checkWebhooks = async (urls: readonly string[]): Promise<void> => {
    await Promise.all(urls.map((url) => deps.outbound.check(url)));
  };

  /** 404 for a rule that the caller cannot see, 403 for one that they may only see. */
  const demandRule = (caller: Caller, rule: Rule | undefined): Rule => {
    if (rule === undefined || !mayReadRule(caller, rule.projectId))
      throw new AppError('alarm.rule_not_found');
    demandWrite(caller, rule.projectId);
    return rule;
  };

  const entryOf = ({ caller, address }: By, { id, projectId }: Pick<Rule, 'id' | 'projectId'>) =>
    ({ actorId: caller.userId, address, subjectType: 'alarm_rule', subjectId: id, projectId }) as const;

  const endAlarms = async (tx: Transactor, rule: Rule, reason: FindingCode): Promise<void> => {
    for (const alarm of await createAlarmTransactor(tx).listOpenAlarms([rule.id])) {
      await deps.lifecycle.end(tx, rule, alarm, { findings: [found(reason)], at: clock.now() });
    }
  };

  return {
    list: async (caller: Caller, projectId: string | undefined) => {
      const rules = await reader.listRules(scopeOf(caller, 'alarms:read'), projectId);
      return {
        items: rules,
        metrics: can(caller, 'metrics:read') ? listMetrics(deps.metrics.registry) : [],
      };
    },

    /** Without a project the rule is the installation's, if the caller may make such; else their project's. */
    create: async (by: By, { projectId: named, notify, ...fields }: Create): Promise<Rule> => {
      const { caller } = by;
      const isGlobal = named === undefined && mayWrite(caller, null);
      const projectId = isGlobal ? null : projectFor(caller, 'alarms:write', named);
      checkCondition(caller, fields.condition);
      await checkWebhooks(notify.webhooks);
      const made = { ...fields, ...notify, id: deps.random.id(), projectId, now: clock.now() };
      return deps.transaction(async (tx) => {
        const rule = await createRuleTransactor(tx).insertRule(made);
        const details = ruleDetails(rule);
        await deps.audit({ ...entryOf(by, rule), action: 'alarm_rule.created', details }, tx);
        return rule;
      });
    },

    update: async (by: By, id: string, { notify, ...given }: Update): Promise<Rule> => {
      const { caller } = by;
      const before = demandRule(caller, await reader.findRule(id));
      if (given.condition !== undefined) checkCondition(caller, given.condition);
      await checkWebhooks((notify?.webhooks ?? []).filter((url) => !before.webhooks.includes(url)));
      return deps.transaction(async (tx) => {
        const store = createRuleTransactor(tx);
        const rule = demandRule(caller, await store.lockRule(id));
        const fields: RuleFields = { ...rule, ...defined(given), ...notify };
        const details = ruleChange(rule, fields);
        if (details !== undefined)
          await deps.audit({ ...entryOf(by, rule), action: 'alarm_rule.changed', details }, tx);
        const changed = JSON.stringify(fields.condition) !== JSON.stringify(rule.condition);
        if (changed) await endAlarms(tx, rule, 'alarm.rule_changed');
        else if (rule.enabled && !fields.enabled) await endAlarms(tx, rule, 'alarm.rule_switched_off');
        const rearm = changed || rule.enabled !== fields.enabled;
        return store.updateRule(id, fields, rearm ? clock.now() : undefined);
      });
    },

    delete: (by: By, id: string): Promise<void> =>
      deps.transaction(async (tx) => {
        const store = createRuleTransactor(tx);
        const rule = demandRule(by.caller, await store.lockRule(id));
        if (rule.builtIn) throw new AppError('alarm.rule_built_in');
        await endAlarms(tx, rule, 'alarm.rule_deleted');
        await store.deleteRule(id);
        const details = ruleDetails(rule);
        await deps.audit({ ...entryOf(by, rule), action: 'alarm_rule.deleted', details }, tx);
      }),

    getForTest: async (caller: Caller, id: string): Promise<Rule> =>
      demandRule(caller, await reader.findRule(id)),
  };
};

export type Rules = ReturnType<typeof createRules>;

/** Without the fields that a PATCH left out. */
const defined = <T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
