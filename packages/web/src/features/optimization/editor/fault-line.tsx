import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import { Button } from '../../../ui/button.tsx';
import { nameOfPath, type EditedDocument } from './edited-document.ts';
import { useFaultText } from './fault-text.ts';
import type { Fault } from './faults.ts';

interface FaultLineProps {
  readonly document: EditedDocument;
  readonly faults: readonly Fault[];
  readonly onGo: (fault: Fault) => void;
}

/** How much is wrong, and one after the other where. */
export const FaultLine = ({ document, faults, onGo }: FaultLineProps) => {
  const { t } = useTranslation('optimization');
  const format = useFormat();
  const faultText = useFaultText();
  const [shown, setShown] = useState(0);
  const fault = faults[shown] ?? faults[0];
  if (fault === undefined)
    return (
      <p role="status" className="mr-auto flex items-center gap-1.5 text-xs text-ink-muted">
        <CircleCheck aria-hidden className="size-4 text-ok" />
        {t('editor.right')}
      </p>
    );
  const { path, row, rule } = fault;
  const table = document.tables.find((each) => nameOfPath(each.path) === path);
  const place = [
    table?.label ?? (rule === undefined ? path : undefined),
    row === undefined ? undefined : t('editor.row', { row: format.number(row + 1) }),
    rule?.label,
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(', ');
  return (
    <div className="mr-auto flex min-w-0 flex-1 basis-64 items-center gap-2 text-xs text-danger">
      <TriangleAlert aria-hidden className="size-4 shrink-0" />
      <p role="status" className="line-clamp-2 min-w-0 break-words">
        {t('editor.faults', { count: faults.length, formatted: format.number(faults.length) })}{' '}
        <span className="font-medium">{place}</span>: {faultText(fault)}
      </p>
      <Button size="sm" onClick={() => onGo(fault)}>
        {t('editor.go')}
      </Button>
      {faults.length > 1 && (
        <Button
          size="sm"
          onClick={() => {
            const next = (faults.indexOf(fault) + 1) % faults.length;
            setShown(next);
            const following = faults[next];
            if (following !== undefined) onGo(following);
          }}
        >
          {t('editor.next')}
        </Button>
      )}
    </div>
  );
};
