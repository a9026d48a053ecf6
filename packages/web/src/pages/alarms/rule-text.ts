import { builtInRuleTexts, type BuiltInRuleKey } from '@dumont/contracts/alarms/built-in-rules';
import type { TFunction } from 'i18next';

type Texts = TFunction<'alarms'>;

const entries = Object.entries(builtInRuleTexts) as [BuiltInRuleKey, { name: string; description: string }][];
const byName = new Map(entries.map(([key, { name }]) => [name, key]));
const byDescription = new Map(entries.map(([key, { description }]) => [description, key]));

/** A rule's name in the language of the page, where it is one that ships and still has the name that it came with. */
export const showRuleName = (name: string, t: Texts): string => {
  const key = byName.get(name);
  return key === undefined ? name : t(`builtIn.${key}.name`);
};

/** The same of its description. */
export const showRuleDescription = (description: string, t: Texts): string => {
  const key = byDescription.get(description);
  return key === undefined ? description : t(`builtIn.${key}.description`);
};
