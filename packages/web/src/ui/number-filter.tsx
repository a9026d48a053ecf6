import { useEffect, useRef, useState } from 'react';
import { browserClock } from '../lib/clock.ts';
import { Input } from './input.tsx';

interface NumberFilterProps {
  readonly value: number | undefined;
  /** Called when typing pauses, with a number within the limits or with nothing. */
  readonly onChange: (value: number | undefined) => void;
  /** The least and the most. */
  readonly limits: readonly [number, number];
  /** Whole numbers only, unless there is a step. */
  readonly step?: number;
  readonly placeholder?: string;
  readonly id?: string;
  readonly 'aria-describedby'?: string;
}

const delayMs = 500;

/** A figure that something is filtered by; what is out of its limits is marked and not reported. */
export const NumberFilter = ({ value, onChange, limits, step = 1, ...rest }: NumberFilterProps) => {
  const shown = value === undefined ? '' : String(value);
  const [draft, setDraft] = useState(shown);
  const [seen, setSeen] = useState(shown);
  const report = useRef(onChange);
  if (seen !== shown) {
    // Changed from outside: "clear filters", the browser's "back".
    setSeen(shown);
    setDraft(shown);
  }
  const number = Number(draft);
  const isValid = draft === '' || (number >= limits[0] && number <= limits[1]);

  useEffect(() => {
    report.current = onChange;
  });
  useEffect(() => {
    if (draft === shown || !isValid) return;
    return browserClock.after(delayMs, () => report.current(draft === '' ? undefined : Number(draft)));
  }, [draft, shown, isValid]);

  return (
    <Input
      {...rest}
      type="number"
      inputMode="decimal"
      min={limits[0]}
      max={limits[1]}
      step={step}
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      {...(isValid ? {} : { 'aria-invalid': true })}
    />
  );
};
