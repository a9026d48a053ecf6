import type { LogLevel, LogLine } from '@dumont/contracts/runs/logs';
import { memo } from 'react';
import { formatLogTime } from '../../lib/format/times.ts';
import { cn } from '../../lib/cn.ts';

const levelInk: Record<LogLevel, string> = {
  DEBUG: 'text-ink-muted',
  INFO: 'text-ink-muted',
  SUCCESS: 'text-ok',
  WARN: 'text-warning',
  ERROR: 'text-danger',
};

interface LogRowProps {
  readonly line: LogLine;
  readonly search: string;
  readonly current: boolean;
  readonly wrap: boolean;
  /** Characters kept for the name of the system; 0 where no line has one. */
  readonly systemWidth: number;
}

/** One line: number, time, level, system, message. Errors stand on a ground of their own. */
export const LogRow = memo(({ line, search, current, wrap, systemWidth }: LogRowProps) => (
  <div
    className={cn(
      'flex min-w-full gap-3 px-3 font-mono text-xs leading-5',
      wrap ? 'whitespace-pre-wrap' : 'w-max whitespace-pre',
      line.level === 'ERROR' && 'bg-danger-soft',
      current && 'outline-1 -outline-offset-1 outline-accent',
    )}
  >
    <span className="hidden w-12 shrink-0 text-right text-ink-muted select-none sm:inline">{line.seq}</span>
    <time dateTime={line.ts} className="hidden w-22 shrink-0 text-ink-muted select-none sm:inline">
      {formatLogTime(line.ts)}
    </time>
    <span className={cn('w-14 shrink-0', levelInk[line.level])}>{line.level}</span>
    {systemWidth > 0 && (
      <span className="shrink-0 truncate text-ink-muted" style={{ width: `${systemWidth}ch` }}>
        {line.system}
      </span>
    )}
    <span className={cn('min-w-0', wrap && 'break-all', messageInk(line))}>
      <Marked text={line.message} search={search} current={current} />
    </span>
  </div>
));
LogRow.displayName = 'LogRow';

const messageInk = (line: LogLine): string => {
  if (line.level === 'DEBUG') return 'text-ink-muted';
  if (line.source === 'dumont') return 'text-ink italic';
  return 'text-ink';
};

interface MarkedProps {
  readonly text: string;
  readonly search: string;
  readonly current: boolean;
}

const Marked = ({ text, search, current }: MarkedProps) => {
  if (search === '') return text;
  const pieces = [];
  const haystack = text.toLowerCase();
  const needle = search.toLowerCase();
  let from = 0;
  for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, from)) {
    pieces.push(text.slice(from, at));
    pieces.push(
      <mark key={at} {...(current ? { 'data-current': '' } : {})}>
        {text.slice(at, at + needle.length)}
      </mark>,
    );
    from = at + needle.length;
  }
  return [...pieces, text.slice(from)];
};
