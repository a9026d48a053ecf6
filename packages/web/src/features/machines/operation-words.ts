import type { TFunction } from 'i18next';

type Words = Record<string, string>;
type Translate = TFunction<['machines']>;

/** A code of the server in words; one that is not known yet is read as it is. */
const inWords = (code: string, known: Words): string => known[code] ?? code.replaceAll('_', ' ');

/** Why a candidate is not the one, in words. Behind a colon may stand what a program said. */
export const failureInWords = (failure: string, t: Translate): string => {
  const [code = failure, ...said] = failure.split(': ');
  return [inWords(code, t('failure', { returnObjects: true })), ...said].join(': ');
};

/** Who or what asked for it, in words. */
export const reasonInWords = (code: string, t: Translate): string =>
  inWords(code, t('reason', { returnObjects: true }));

/** The state of a machine as its provider has it, in words. */
export const stateInWords = (code: string, t: Translate): string =>
  inWords(code, t('strangers.states', { returnObjects: true }));

/** A line of a machine's story, in words. */
export const eventInWords = (code: string, t: Translate): string =>
  inWords(code, t('event', { returnObjects: true }));
