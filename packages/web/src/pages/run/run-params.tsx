import type { Run } from '@dumont/contracts/runs/runs';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../ui/copy.tsx';
import { Descriptions, Section } from '../../ui/page.tsx';

const shown = (value: unknown) => {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    if (!value.some((item) => item.includes(' '))) return value.join(', ');
    return (
      <ol className="font-mono text-xs leading-5">
        {value.map((item, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- the words of a command: their place is what they are
          <li key={index} className="break-words whitespace-pre-wrap">
            {item}
          </li>
        ))}
      </ol>
    );
  }
  if (typeof value !== 'object' || value === null)
    return <code className="font-mono text-xs">{String(value)}</code>;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <pre tabIndex={0} className="overflow-x-auto font-mono text-xs leading-5">
      {JSON.stringify(value, null, 2)}
    </pre>
  );
};

export const RunParams = ({ run }: { readonly run: Run }) => {
  const { t } = useTranslation('runs');
  const entries = Object.entries(run.params);
  return (
    <Section
      title={t('detail.params')}
      actions={entries.length > 0 && <CopyButton value={JSON.stringify(run.params, null, 2)} />}
    >
      {entries.length === 0 ? (
        <p className="text-sm text-ink-muted">{t('detail.paramsNone')}</p>
      ) : (
        <Descriptions items={entries.map(([label, value]) => ({ label, value: shown(value) }))} />
      )}
    </Section>
  );
};
