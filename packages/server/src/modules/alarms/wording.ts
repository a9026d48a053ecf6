import { ruleNamed } from '@dumont/contracts/alarms/built-in-rules';
import type { Alarm } from '@dumont/contracts/alarms/alarms';
import type { Finding } from '@dumont/contracts/finding';
import type { Locale } from '@dumont/contracts/identity/auth';
import { joinFindings } from '@dumont/contracts/join-findings';
import { builtInRules } from '@dumont/contracts/pt-BR/built-in-rules';
import { sayIn } from '../../kernel/say-in.ts';
import type { About } from './notification-store.ts';

interface Words {
  readonly about: Readonly<Record<About | 'test', string>>;
  readonly severity: string;
  readonly severities: Readonly<Record<Alarm['severity'], string>>;
  readonly time: string;
}

/** What notifications say besides what an alarm is about. */
export const wording: Readonly<Record<Locale, Words>> = {
  en: {
    about: { firing: 'Alarm', resolved: 'Resolved', test: 'Test of an alarm rule' },
    severity: 'Severity',
    severities: { info: 'info', warning: 'warning', critical: 'critical' },
    time: 'Time',
  },
  'pt-BR': {
    about: { firing: 'Alarme', resolved: 'Resolvido', test: 'Teste de uma regra de alarme' },
    severity: 'Gravidade',
    severities: { info: 'informação', warning: 'aviso', critical: 'crítico' },
    time: 'Hora',
  },
};

export const sayAllIn = (locale: Locale, findings: readonly Finding[]): string =>
  joinFindings(findings.map((finding) => sayIn(locale, finding)));

/** Rules that ship are known by their names; whoever renamed one has named it. */
export const ruleNameIn = (locale: Locale, name: string): string => {
  const key = locale === 'en' ? undefined : ruleNamed(name);
  return key === undefined ? name : builtInRules[key].name;
};
