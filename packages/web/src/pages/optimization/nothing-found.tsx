import { SearchX, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/states.tsx';

interface NothingFoundProps {
  /** What was looked for. */
  readonly name: string;
  readonly onClear: () => void;
}

/** Nothing in a list has this in its name. */
export const NothingFound = ({ name, onClear }: NothingFoundProps) => {
  const { t } = useTranslation('optimization');
  return (
    <EmptyState
      icon={SearchX}
      title={t('filter.none', { name })}
      action={
        <Button onClick={onClear}>
          <X aria-hidden />
          {t('filter.clear')}
        </Button>
      }
    />
  );
};
