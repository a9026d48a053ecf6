import { ruleDescribed, ruleNamed } from '@dumont/contracts/alarms/built-in-rules';
import type { TFunction } from 'i18next';

type Texts = TFunction<'alarms'>;

/** A rule's name in the language of the page, where it is one that ships and still has the name that it came with. */
export const showRuleName = (name: string, t: Texts): string => {
  const key = ruleNamed(name);
  return key === undefined ? name : t(`builtIn.${key}.name`);
};

/** The same of its description. */
export const showRuleDescription = (description: string, t: Texts): string => {
  const key = ruleDescribed(description);
  return key === undefined ? description : t(`builtIn.${key}.description`);
};
