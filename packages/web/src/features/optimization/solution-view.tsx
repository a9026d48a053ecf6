import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorBoundary } from '../../ui/error-boundary.tsx';
import { Section } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { DocumentView } from './document-view.tsx';
import type { Fields } from './document-tables.ts';
import { pictures } from './solution-pictures/pictures.tsx';

interface SolutionViewProps {
  readonly app: string;
  readonly instance: unknown;
  readonly solution: unknown;
  readonly schema: Fields | undefined;
}

/** A solution as its picture, where the app has one, and as tables beside it. */
export const SolutionView = ({ app, instance, solution, schema }: SolutionViewProps) => {
  const { t } = useTranslation('optimization');
  const draw = pictures.get(app);
  const tables = <DocumentView document={solution} schema={schema} title={t('part.solution')} />;
  if (draw === undefined) return tables;
  return (
    <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <Section title={t('part.picture')}>
        <ErrorBoundary resetKey={app}>
          <Suspense fallback={<Skeleton className="h-80 w-full" />}>{draw({ instance, solution })}</Suspense>
        </ErrorBoundary>
      </Section>
      {tables}
    </div>
  );
};
