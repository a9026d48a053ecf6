import { Suspense } from 'react';
import { ErrorBoundary } from '../../ui/error-boundary.tsx';
import { Skeleton } from '../../ui/states.tsx';
import type { PictureProps } from './solution-pictures/picture-data.ts';
import { pictures } from './solution-pictures/pictures.tsx';

interface SolutionPictureProps extends PictureProps {
  readonly app: string;
}

/** The picture of a solution; nothing where its app has none. */
export const SolutionPicture = ({ app, instance, solution }: SolutionPictureProps) => {
  const draw = pictures.get(app);
  if (draw === undefined) return null;
  return (
    <ErrorBoundary resetKey={app}>
      <Suspense fallback={<Skeleton className="h-80 w-full" />}>{draw({ instance, solution })}</Suspense>
    </ErrorBoundary>
  );
};
