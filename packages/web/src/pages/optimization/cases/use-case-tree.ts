import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useFormat } from '../../../lib/format/use-format.ts';
import { caseQueries } from '../../../queries/optimization.ts';
import { useProjectId } from '../../../queries/session.ts';
import { caseTree } from './case-tree.ts';

/** All cases of the project, as they are read and as a tree. */
export const useCaseTree = () => {
  const { locale } = useFormat();
  const cases = useQuery(caseQueries.tree(useProjectId()));
  const { data } = cases;
  const tree = useMemo(() => (data === undefined ? [] : caseTree(data, locale)), [data, locale]);
  return { cases, tree };
};
