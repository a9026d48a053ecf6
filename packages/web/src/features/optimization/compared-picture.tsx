import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Section } from '../../ui/page.tsx';
import { QueryView, Skeleton } from '../../ui/states.tsx';
import { SolutionPicture } from './solution-picture.tsx';

interface ComparedPictureProps {
  readonly title: ReactNode;
  readonly app: string;
  readonly instance: UseQueryResult<unknown>;
  readonly solution: UseQueryResult<unknown>;
}

const waiting = <Skeleton className="h-80 w-full" />;

/** One of two solutions that stand side by side. */
export const ComparedPicture = ({ title, app, instance, solution }: ComparedPictureProps) => {
  const { t } = useTranslation('optimization');
  return (
    <Section title={title}>
      <QueryView
        query={solution}
        skeleton={waiting}
        isEmpty={(document) => document === null}
        empty={<p className="text-sm text-ink-muted">{t('part.solutionNone')}</p>}
      >
        {(document) => (
          <QueryView query={instance} skeleton={waiting}>
            {(data) => <SolutionPicture app={app} instance={data} solution={document} />}
          </QueryView>
        )}
      </QueryView>
    </Section>
  );
};
