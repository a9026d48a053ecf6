import type { JsonObject } from '@dumont/contracts/primitives';
import { changeDetails, wholeDetails } from '../identity/index.ts';
import type { RuleFields } from './rule-store.ts';

/** The path of a webhook is often the key to it: only where it leads is told. */
const told = ({
  name,
  description,
  severity,
  condition,
  webhooks,
  emails,
  enabled,
}: RuleFields): JsonObject => ({
  name,
  description,
  severity,
  condition: { ...condition } as JsonObject,
  webhooks: webhooks.map((url) => new URL(url).origin),
  emails: [...emails],
  enabled,
});

const bare = { description: '', webhooks: [], emails: [], enabled: true };

/** A whole rule for the audit log, as far as it says anything. */
export const ruleDetails = (rule: RuleFields): JsonObject => wholeDetails(bare, told(rule));

/** What the audit log tells of a change; undefined where there is none. */
export const ruleChange = (before: RuleFields, after: RuleFields): JsonObject | undefined => {
  const details = changeDetails(told(before), told(after));
  const isElsewhere = !('webhooks' in details) && before.webhooks.join(' ') !== after.webhooks.join(' ');
  if (Object.keys(details).length === 0 && !isElsewhere) return undefined;
  return { name: before.name, ...details, ...(isElsewhere ? { fields: ['webhooks'] } : {}) };
};
