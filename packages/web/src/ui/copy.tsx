import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { browserClock } from '../lib/clock.ts';
import { IconButton } from './icon-button.tsx';
import { Tooltip } from './tooltip.tsx';

/** Copies and says so for two seconds. */
const useCopy = () => {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    return browserClock.after(2000, () => setCopied(false));
  }, [copied]);
  const copy = async (value: string) => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
  };
  return [copied, copy] as const;
};

interface CopyButtonProps {
  readonly value: string;
  readonly label?: string;
}

export const CopyButton = ({ value, label }: CopyButtonProps) => {
  const { t } = useTranslation('common');
  const [copied, copy] = useCopy();
  return (
    <IconButton
      label={copied ? t('copied') : (label ?? t('copy'))}
      size="sm"
      onClick={() => void copy(value)}
    >
      {copied ? <Check aria-hidden className="text-ok" /> : <Copy aria-hidden />}
    </IconButton>
  );
};

/** The end of an id (the start of a UUID v7 is its time, alike for neighbours); a click copies the whole. */
export const ShortId = ({ id }: { readonly id: string }) => {
  const { t } = useTranslation('common');
  const [copied, copy] = useCopy();
  return (
    <Tooltip content={copied ? t('copied') : id}>
      <button
        type="button"
        aria-label={t('copyValue', { value: id })}
        onClick={() => void copy(id)}
        className="inline-flex items-center gap-1 rounded-sm font-mono text-xs text-ink-muted hover:text-ink"
      >
        {id.slice(-8)}
        {copied ? <Check aria-hidden className="size-3 text-ok" /> : <Copy aria-hidden className="size-3" />}
      </button>
    </Tooltip>
  );
};

/** A shell command to take away. */
export const CodeCommand = ({ command }: { readonly command: string }) => (
  <span className="flex max-w-full items-center gap-1 rounded-md border border-line bg-sunken py-0.5 pr-0.5 pl-3 font-mono text-xs text-ink">
    <span aria-hidden className="text-ink-faint select-none">
      $
    </span>
    <code className="min-w-0 flex-1 wrap-anywhere whitespace-pre-wrap">{command}</code>
    <CopyButton value={command} />
  </span>
);
