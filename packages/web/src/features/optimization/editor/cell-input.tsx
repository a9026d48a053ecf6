import { useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { CellRule } from './cells.ts';

interface CellInputProps {
  readonly rule: CellRule;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** Keeps the text, and goes on by so many rows and columns. */
  readonly onFinish: (text: string, step: { readonly row?: number; readonly column?: number }) => void;
  readonly onCancel: () => void;
}

/** Marks what a key of the whole dialog must not take away. */
export const cellInputMark = 'data-cell-input';

/** Where one types into a cell: Enter goes down, Tab to the right, Escape leaves it as it was. */
export const CellInput = ({ rule, text, onText, onFinish, onCancel }: CellInputProps) => {
  const { t } = useTranslation('optimization');
  const id = useId();
  /** A key has said what becomes of it: leaving the field says nothing more. */
  const isDone = useRef(false);
  const choices = rule.kind === 'boolean' ? ['true', 'false'] : rule.choices;
  return (
    <>
      <input
        {...{ [cellInputMark]: '' }}
        aria-label={t('editor.cell', { name: rule.label })}
        autoFocus
        value={text}
        spellCheck={false}
        autoComplete="off"
        {...(choices.length > 0 ? { list: id } : {})}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          const step = { Enter: { row: event.shiftKey ? -1 : 1 }, Tab: { column: event.shiftKey ? -1 : 1 } }[
            event.key
          ];
          if (step === undefined && event.key !== 'Escape') return;
          event.preventDefault();
          event.stopPropagation();
          isDone.current = true;
          if (step === undefined) onCancel();
          else onFinish(text, step);
        }}
        onBlur={() => {
          if (!isDone.current) onFinish(text, {});
        }}
        className="-mx-1.5 h-6 w-[calc(100%+0.75rem)] rounded-xs bg-surface px-1.5 text-ink outline-none"
        style={{ textAlign: 'inherit' }}
      />
      {choices.length > 0 && (
        <datalist id={id}>
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </datalist>
      )}
    </>
  );
};
