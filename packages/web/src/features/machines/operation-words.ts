import type { TFunction } from 'i18next';

type Words = Record<string, string>;
type Translate = TFunction<['machines']>;

/** A code of the server in words; one that is not known yet is read as it is. */
const inWords = (code: string, known: Words): string => known[code] ?? code.replaceAll('_', ' ');

/** Why a candidate is not the one, in words. */
export const failureInWords = (code: string, t: Translate): string =>
  inWords(code, t('failure', { returnObjects: true }));

/** Who or what asked for it, in words. */
export const reasonInWords = (code: string, t: Translate): string =>
  inWords(code, t('reason', { returnObjects: true }));

/** A line of a machine's story, in words. */
export const eventInWords = (code: string, t: Translate): string =>
  inWords(code, t('event', { returnObjects: true }));
