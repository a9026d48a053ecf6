import type { AlarmRule, Condition } from '@dumont/contracts/alarms/alarms';

/** A rule as its row has it. `projectId` null: it watches the whole installation. */
export interface Rule {
  readonly id: string;
  readonly builtIn: boolean;
  readonly projectId: string | null;
  readonly name: string;
  readonly description: string;
  readonly severity: AlarmRule['severity'];
  readonly condition: Condition;
  readonly webhooks: readonly string[];
  readonly emails: readonly string[];
  readonly enabled: boolean;
  readonly state: AlarmRule['state'];
  readonly lastValue: number | null;
  readonly evaluatedAt: Date | null;
  readonly armedAt: Date;
}

/** An alarm that is not resolved: one for each rule, project and subject at a time. */
export interface OpenAlarm {
  readonly id: string;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly projectId: string | null;
  readonly state: 'pending' | 'firing';
  readonly subject: string | null;
  readonly startedAt: Date;
  readonly lastSeenAt: Date;
  /** When it was last told that it fires. */
  readonly notifiedAt: Date | null;
}

/** A rule in its present form: what was read for an earlier condition does not count. */
export const keyOf = (rule: Rule): string => `${rule.id} ${rule.armedAt.getTime()}`;
