import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { sessionQueries } from '../../../queries/session.ts';
import { Section } from '../../../ui/page.tsx';
import { QueryView, Skeleton } from '../../../ui/states.tsx';
import { DefaultsForm } from './defaults-form.tsx';
import { MailForm } from './mail-form.tsx';

/** What one's own machines begin with, and which news of them come by mail. */
const MachinesSection = () => {
  const { t } = useTranslation('settings');
  const settings = useQuery(sessionQueries.settings());
  return (
    <>
      <Section title={t('machines.defaults')}>
        <QueryView query={settings} skeleton={<Skeleton className="h-96 w-full" />}>
          {({ deployment }) => <DefaultsForm key={JSON.stringify(deployment)} saved={deployment} />}
        </QueryView>
      </Section>
      {settings.data !== undefined && (
        <Section title={t('machines.mails')}>
          <MailForm notifications={settings.data.notifications} />
        </Section>
      )}
    </>
  );
};

export default MachinesSection;
