import type { Finding } from '@dumont/contracts/finding';
import { proseOf } from '@dumont/contracts/findings';
import type { Locale } from '@dumont/contracts/identity/auth';
import { words } from '@dumont/contracts/pt-BR/words';
import { tell } from '@dumont/contracts/tell';

/** For those whom nothing shows it in their language: in mails, for programs that chat. */
export const sayIn = (locale: Locale, said: Finding): string =>
  (locale === 'en' ? undefined : tell(said, words, locale)) ?? proseOf(said);
