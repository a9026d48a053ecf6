import { useFormat } from '../lib/format/use-format.ts';
import { useNow } from '../lib/use-now.ts';
import { Tooltip } from './tooltip.tsx';

/** How long ago; the exact moment on hover and focus. */
export const RelativeTime = ({ at }: { readonly at: string }) => {
  const format = useFormat();
  const now = useNow();
  return (
    <Tooltip content={format.exact(at)}>
      <time dateTime={at} className="whitespace-nowrap">
        {format.relative(at, now)}
      </time>
    </Tooltip>
  );
};

interface DurationProps {
  readonly from: string;
  /** Null while it lasts: then it counts. */
  readonly to: string | null;
}

export const Duration = ({ from, to }: DurationProps) => {
  const format = useFormat();
  const now = useNow(to === null);
  const end = to === null ? now : Date.parse(to);
  const seconds = Math.max(0, (end - Date.parse(from)) / 1000);
  return <span className="whitespace-nowrap">{format.duration(seconds, { wholeSeconds: to === null })}</span>;
};

interface MoneyProps {
  /** A decimal string as the API writes it, or a number. */
  readonly amount: string | number;
  /** ISO 4217: `BRL`, `USD`. */
  readonly currency: string;
  /** What it is per: `h`, `month`. */
  readonly per?: string;
  /** Short form; the whole amount on hover. */
  readonly compact?: boolean;
  /** Decimals, where cents are too coarse. */
  readonly digits?: number;
}

export const Money = ({ amount, currency, per, compact, digits }: MoneyProps) => {
  const format = useFormat();
  const whole = format.money(amount, currency, digits === undefined ? {} : { digits });
  const shown = compact ? format.money(amount, currency, { compact }) : whole;
  return (
    <span className="whitespace-nowrap" {...(compact ? { title: whole } : {})}>
      {shown}
      {per !== undefined && <span className="text-ink-muted">/{per}</span>}
    </span>
  );
};
