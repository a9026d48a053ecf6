import type { TFunction } from 'i18next';
import { z } from 'zod';

/** The contract's rules of common fields, with their words in the language that is shown. */
export const formRules = (t: TFunction<'settings'>) => ({
  text: (most: number) => z.string().trim().min(1, t('required')).max(most),
  optionalText: (most: number) => z.string().trim().max(most),
  email: z.email(t('emailInvalid')).max(254),
  slug: z.string().regex(/^[a-z][a-z0-9_-]{0,63}$/, t('slugInvalid')),
  password: z.string().min(10, t('passwordShort')).max(200),
});
