import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { executionQueries } from '../../queries/optimization.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';

interface StartPickerProps {
  readonly instanceId: string;
  /** The id of an execution; empty for none. */
  readonly value: string;
  readonly onChange: (id: string) => void;
}

const mostOffered = 50;

/** Chooses an earlier solution of the instance to begin with; nothing to choose while there is none. */
export const StartPicker = ({ instanceId, value, onChange }: StartPickerProps) => {
  const { t } = useTranslation('optimization');
  const format = useFormat();
  const executions = useQuery(executionQueries.list({ instanceId, limit: mostOffered })).data?.items ?? [];
  const solved = executions.filter(({ objective, checksOnly }) => objective !== null && !checksOnly);
  if (solved.length === 0) return null;
  return (
    <Field label={t('solve.start')} hint={t('solve.startHint')}>
      <Select
        value={value}
        onChange={onChange}
        options={[
          { value: '', label: t('solve.startNone') },
          ...solved.map(({ id, name, objective, createdAt }) => ({
            value: id,
            label: `${name} · ${format.number(objective ?? 0, 4)} · ${format.exact(createdAt)}`,
          })),
        ]}
      />
    </Field>
  );
};
