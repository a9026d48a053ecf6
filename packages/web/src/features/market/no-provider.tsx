import { Link } from '@tanstack/react-router';
import { Cloud } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/states.tsx';

/** Nobody to rent from yet: what a provider account is for, and where it is added. */
export const NoProvider = () => {
  const { t } = useTranslation('market');
  const mayAdd = useMay('providers:write');
  return (
    <EmptyState
      icon={Cloud}
      title={t('noProvider.title')}
      text={t(mayAdd ? 'noProvider.text' : 'noProvider.ask')}
      action={
        mayAdd && (
          <Button variant="primary" asChild>
            <Link to="/settings/$section" params={{ section: 'providers' }} search={{}}>
              {t('noProvider.action')}
            </Link>
          </Button>
        )
      }
    />
  );
};
