import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { Field } from '../../ui/field.tsx';
import { ExecutionPicker, useSolvedExecutions } from './execution-picker.tsx';

interface StartPickerProps {
  readonly instanceId: string;
  /** The id of an execution; empty for none. */
  readonly value: string;
  readonly onChange: (id: string) => void;
}

/** Chooses an earlier solution of the instance to begin with; nothing to choose while there is none. */
export const StartPicker = ({ instanceId, value, onChange }: StartPickerProps) => {
  const { t } = useTranslation('optimization');
  const format = useFormat();
  const solved = useSolvedExecutions({ instanceId }, ({ checksOnly }) => !checksOnly);
  if (!solved.isAny) return null;
  return (
    <Field label={t('solve.start')} hint={t('solve.startHint')}>
      <ExecutionPicker
        from={solved}
        value={value}
        onChange={onChange}
        none={t('solve.startNone')}
        labelOf={({ name, objective, createdAt }) =>
          `${name} · ${format.number(objective ?? 0, 4)} · ${format.exact(createdAt)}`
        }
      />
    </Field>
  );
};
