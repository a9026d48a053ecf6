import { Link } from '@tanstack/react-router';
import { TriangleAlert } from 'lucide-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { readProblem, type SystemProblem } from './problems.ts';

interface SystemProblemsProps {
  readonly problems: readonly string[];
  readonly name: string;
}

/** What stands in the way of a run, each with the way to where it is mended. */
export const SystemProblems = ({ problems, name }: SystemProblemsProps) => {
  const { t } = useTranslation('pipelines');
  // The switch of the card says it already.
  const shown = problems.map(readProblem).filter(({ kind }) => kind !== 'off');
  if (shown.length === 0) return null;
  return (
    <ul aria-label={t('problem.list', { name })} className="flex flex-col gap-1 text-xs text-warning">
      {shown.map((problem) => (
        <li key={wording(problem, t)} className="flex items-start gap-1.5">
          <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
          <span className="min-w-0">
            {wording(problem, t)} <Mend problem={problem} />
          </span>
        </li>
      ))}
    </ul>
  );
};

const wording = (problem: SystemProblem, t: TFunction<'pipelines'>): string => {
  switch (problem.kind) {
    case 'off':
      return t('problem.off');
    case 'credential':
      return t('problem.credential', { name: problem.name });
    case 'path':
      return problem.reason === null
        ? t('problem.pathUnset', { name: problem.name })
        : t('problem.path', { name: problem.name, reason: problem.reason });
    case 'other':
      return problem.text;
  }
};

const Mend = ({ problem }: { readonly problem: SystemProblem }) => {
  const { t } = useTranslation('pipelines');
  const look = 'font-medium whitespace-nowrap text-accent-ink underline underline-offset-2';
  if (problem.kind === 'credential') {
    return (
      <Link to="/settings/$section" params={{ section: 'credentials' }} hash={problem.name} className={look}>
        {t('problem.mendCredential')}
      </Link>
    );
  }
  if (problem.kind !== 'path') return null;
  return (
    <Link to="/settings/$section" params={{ section: 'paths' }} hash={problem.name} className={look}>
      {t('problem.mendPath')}
    </Link>
  );
};
