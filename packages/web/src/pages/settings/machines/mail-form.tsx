import { mailNews, type UserSettings } from '@dumont/contracts/identity/settings';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LabelledSwitch } from '../../../features/forms/labelled-switch.tsx';
import { useSave } from '../../../features/forms/use-save.ts';
import { api } from '../../../lib/api.ts';
import { sessionQueries } from '../../../queries/session.ts';
import { Alert } from '../../../ui/alert.tsx';

interface MailFormProps {
  readonly notifications: UserSettings['notifications'];
}

/** Each wish is saved as it is switched. */
export const MailForm = ({ notifications: { mail, mail_withheld: withheld } }: MailFormProps) => {
  const { t } = useTranslation('settings');
  /** What was switched, and is on its way. */
  const [wished, setWished] = useState(mail);
  const save = useSave({
    save: (wishes: typeof mail) => api.putSettings({ body: { notifications: { mail: wishes } } }),
    refresh: [sessionQueries.settings().queryKey],
    done: () => null,
    toastErrors: true,
  });
  const shown = save.isPending ? wished : mail;
  return (
    <div className="flex flex-col gap-4">
      {withheld !== null && (
        <Alert tone="warning" live={false}>
          {t(`machines.withheld.${withheld}`)}
        </Alert>
      )}
      {mailNews.map((news) => (
        <LabelledSwitch
          key={news}
          label={t(`machines.mail.${news}`)}
          hint={t(`machines.mailHint.${news}`)}
          checked={shown[news]}
          disabled={save.isPending}
          onChange={(checked) => {
            const next = { ...mail, [news]: checked };
            setWished(next);
            save.mutate(next);
          }}
        />
      ))}
    </div>
  );
};
