import { ChevronLeft, ChevronRight, ChevronsLeft } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';

interface PaginationProps {
  /** Of the page that is shown; null on the last one. */
  readonly nextCursor: string | null;
  /** Cursors of the pages between the first and this one; empty on the first. */
  readonly trail: readonly string[];
  readonly onTrail: (trail: readonly string[]) => void;
}

/**
 * Keyset pages: forward by the server's cursor, back along the trail. The trail belongs in the URL, so that a
 * page can be shared and the browser's own "back" works.
 */
export const Pagination = ({ nextCursor, trail, onTrail }: PaginationProps) => {
  const { t } = useTranslation('common');
  if (nextCursor === null && trail.length === 0) return null;
  return (
    <nav aria-label={t('pagination')} className="flex items-center justify-end gap-2">
      {trail.length > 1 && (
        <Button size="sm" variant="ghost" onClick={() => onTrail([])}>
          <ChevronsLeft aria-hidden />
          {t('firstPage')}
        </Button>
      )}
      <Button size="sm" disabled={trail.length === 0} onClick={() => onTrail(trail.slice(0, -1))}>
        <ChevronLeft aria-hidden />
        {t('newer')}
      </Button>
      <Button
        size="sm"
        disabled={nextCursor === null}
        onClick={() => nextCursor !== null && onTrail([...trail, nextCursor])}
      >
        {t('older')}
        <ChevronRight aria-hidden />
      </Button>
    </nav>
  );
};
