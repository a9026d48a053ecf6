import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '../../lib/cn.ts';
import { Section } from '../../ui/page.tsx';
import { DocumentView } from './document-view.tsx';
import type { Fields } from './document-tables.ts';
import { SolutionPicture } from './solution-picture.tsx';
import { pictures, widePictures } from './solution-pictures/pictures.tsx';

interface SolutionViewProps {
  readonly app: string;
  readonly instance: unknown;
  readonly solution: unknown;
  readonly schema: Fields | undefined;
  /** What can be done with it as a whole. */
  readonly actions?: ReactNode;
}

/** A solution as its picture, where the app has one, and as tables beside or below it. */
export const SolutionView = ({ app, instance, solution, schema, actions }: SolutionViewProps) => {
  const { t } = useTranslation('optimization');
  const tables = <DocumentView document={solution} schema={schema} title={t('part.solution')} />;
  if (!pictures.has(app))
    return (
      <div className="flex flex-col gap-3">
        {actions !== undefined && <div className="self-end">{actions}</div>}
        {tables}
      </div>
    );
  return (
    <div
      className={cn(
        'grid grid-cols-1 items-start gap-4',
        !widePictures.has(app) && 'xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]',
      )}
    >
      <Section title={t('part.picture')} actions={actions}>
        <SolutionPicture app={app} instance={instance} solution={solution} />
      </Section>
      {tables}
    </div>
  );
};
