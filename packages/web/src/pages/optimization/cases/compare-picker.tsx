import type { Case } from '@dumont/contracts/optimization/cases';
import { useTranslation } from 'react-i18next';
import { Select } from '../../../ui/select.tsx';
import type { CaseNode } from './case-tree.ts';
import { useCaseTree } from './use-case-tree.ts';

interface ComparePickerProps {
  readonly item: Case;
  readonly other: string | undefined;
  readonly onOther: (other: string | undefined) => void;
}

const none = '';

const casesIn = (nodes: readonly CaseNode[], before = ''): { id: string; app: string; path: string }[] =>
  nodes.flatMap(({ item, children }) => {
    const path = `${before}${item.name}`;
    return item.isFolder ? casesIn(children, `${path} / `) : [{ id: item.id, app: item.app, path }];
  });

/** Chooses another case of the same app to compare with. */
export const ComparePicker = ({ item, other, onOther }: ComparePickerProps) => {
  const { t } = useTranslation('cases');
  const { tree } = useCaseTree();
  const others = casesIn(tree).filter(({ id, app }) => app === item.app && id !== item.id);
  if (others.length === 0) return null;
  return (
    <Select
      className="w-64! max-w-full"
      label={t('compare.with')}
      value={other ?? none}
      onChange={(next) => onOther(next === none ? undefined : next)}
      options={[
        { value: none, label: t('compare.withNone') },
        ...others.map(({ id, path }) => ({ value: id, label: path })),
      ]}
    />
  );
};
