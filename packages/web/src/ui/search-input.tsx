import { Search, X } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { browserClock } from '../lib/clock.ts';
import { cn } from '../lib/cn.ts';
import { Input } from './input.tsx';

interface SearchInputProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Accessible name and placeholder. */
  readonly label: string;
  /** How long typing must pause before `onChange`; 250 unless said. */
  readonly delayMs?: number;
  /** Offered while typing. */
  readonly suggestions?: readonly string[];
  readonly className?: string;
  readonly onKeyDown?: (event: React.KeyboardEvent<HTMLInputElement>) => void;
}

/** A text filter: reports when typing pauses, clears with Escape. */
export const SearchInput = ({
  value,
  onChange,
  label,
  delayMs = 250,
  suggestions,
  className,
  onKeyDown,
}: SearchInputProps) => {
  const { t } = useTranslation('common');
  const [draft, setDraft] = useState(value);
  const list = useId();
  const input = useRef<HTMLInputElement>(null);
  const report = useRef(onChange);
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    // Changed from outside: "clear filters", the browser's "back".
    setSeen(value);
    setDraft(value);
  }

  useEffect(() => {
    report.current = onChange;
  });
  useEffect(() => {
    if (draft === value) return;
    return browserClock.after(delayMs, () => report.current(draft));
  }, [draft, value, delayMs]);

  const clear = () => {
    setDraft('');
    onChange('');
    input.current?.focus();
  };

  return (
    <span className={cn('relative inline-block', className)}>
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-ink-faint"
      />
      <Input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={label}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && draft !== '') {
            event.stopPropagation();
            clear();
          }
          onKeyDown?.(event);
        }}
        className="px-8"
        {...(suggestions === undefined ? {} : { list })}
      />
      {suggestions !== undefined && (
        <datalist id={list}>
          {suggestions.map((suggestion) => (
            <option key={suggestion}>{suggestion}</option>
          ))}
        </datalist>
      )}
      {draft !== '' && (
        <button
          type="button"
          aria-label={t('clear')}
          onClick={clear}
          className="absolute top-1/2 right-1.5 inline-flex size-6 -translate-y-1/2 items-center justify-center rounded-sm text-ink-muted hover:text-ink"
        >
          <X aria-hidden className="size-3.5" />
        </button>
      )}
    </span>
  );
};
