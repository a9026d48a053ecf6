/**
 * The rules by Cornflow's numbers, with what one unit of breaking each is. rq01 (somebody is there) and rq04 (one shift a
 * day, without a break) are always strict, and rq11 (the shop's holidays) and rq12 (downtime) are never soft.
 */
export const rules = {
  rq02: 'hour above or below the week',
  rq03: 'hour above the longest day',
  rq05: 'day above those of the week',
  rq06: 'hour below the shortest day',
  rq07: 'night that is too short',
  rq08: 'time slot without a manager',
  rq09: 'person missing in a time slot',
  rq10: 'day worked on holiday',
  rq11: 'day the shop is closed',
  rq12: 'day worked in spite of downtime',
  rq13: 'day begun at another hour',
  rq14: 'hour above the wish',
  rq15: 'day worked on a free day of the week',
} as const;

export type Rule = keyof typeof rules;

export type RuleMode = 'strict' | 'soft' | 'deactivated';

/** How an instance takes each rule. */
export interface Requirements {
  /** `strict` where nothing is said. */
  readonly requirements: Readonly<Partial<Record<Rule, RuleMode>>>;
  /** Of soft rules, by unit; 1 where nothing is said. */
  readonly penalties?: Readonly<Partial<Record<Rule, number>>>;
}

export const modeOf = ({ requirements }: Requirements, rule: Rule): RuleMode =>
  requirements[rule] ?? 'strict';

export const penaltyOf = ({ penalties }: Requirements, rule: Rule): number => penalties?.[rule] ?? 1;
