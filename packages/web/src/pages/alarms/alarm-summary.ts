import { joinFindings } from '@dumont/contracts/join-findings';
import type { ToldFinding } from '@dumont/contracts/findings';
import type { TFunction } from 'i18next';
import { saidText } from '../../i18n/error-text.ts';
import type { useFormat } from '../../lib/format/use-format.ts';

type Texts = TFunction<'alarms'>;
type Format = Pick<ReturnType<typeof useFormat>, 'plain'>;

/** What an alarm says, in the language of the page; what that has no words for, in those of the server. */
export const explainAlarm = (findings: readonly ToldFinding[], t: Texts, format: Format): string =>
  joinFindings(findings.map((finding) => explain(finding, t, format)));

const explain = (finding: ToldFinding, t: Texts, format: Format): string => {
  const { code, params, text } = finding;
  switch (code) {
    case 'alarm.metric':
    case 'alarm.rate': {
      const shown = (name: string): string => {
        const value = params[name];
        return typeof value === 'number' ? format.plain(value) : (value ?? '');
      };
      const [name, labels] = [shown('metric'), shown('labels')];
      // Rules may be about any metric; those of the rules that ship have words.
      const known = t(`summary.metricName.${name as 'dumont_error_ratio'}`, { defaultValue: name });
      return t(code === 'alarm.metric' ? 'summary.metric' : 'summary.rate', {
        metric: known === name || labels === '' ? known + labels : `${known} ${labels}`,
        value: shown('value'),
        operator: shown('operator'),
        threshold: shown('threshold'),
      });
    }
    case 'alarm.event':
      return t('summary.of', { event: nameEvent(params['event'], t), subject: params['subject'] });
    case 'alarm.event_many':
      return t('summary.many', { event: nameEvent(params['event'], t) });
    default:
      return saidText({ code, params }, text);
  }
};

/** Rules may name any event; those of the rules that ship have words. */
const nameEvent = (event: string | number | undefined, t: Texts): string => {
  const name = String(event);
  return t(`summary.event.${name.replace('.', '_') as 'run_failed'}`, { defaultValue: name });
};
