import type { LogLevel } from '@dumont/contracts/runs/logs';
import type { Run } from '@dumont/contracts/runs/runs';
import { ArrowDownToLine, ScrollText } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnectionState } from '../../lib/events/live.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { usePreferences } from '../../lib/preferences.ts';
import { isActive } from '../../lib/run-states.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState, ErrorState, TableSkeleton } from '../../ui/states.tsx';
import { createLogIndex } from './log-index.ts';
import { LogList, type LogListHandle } from './log-list.tsx';
import { LogToolbar } from './log-toolbar.tsx';
import { useLogSession } from './use-log-session.ts';

/** Characters of a system's name; the rest is cut. */
const longestSystem = 16;

/** The live log of a run with all that finds something in it. */
export const LogPanel = ({ run }: { readonly run: Run }) => {
  const { t } = useTranslation('runs');
  const session = useLogSession(run.id, run.logLines);
  const wrap = usePreferences((state) => state.logWrap);
  const [level, setLevel] = useState<LogLevel | null>(null);
  const [system, setSystem] = useState<string | null>(null);
  const [search, setSearch] = useState('');
  const [onlyMatches, setOnlyMatches] = useState(false);
  const [follow, setFollow] = useState(true);
  const [current, setCurrent] = useState<number | null>(null);
  const list = useRef<LogListHandle>(null);
  const index = useMemo(() => createLogIndex(), []);
  const view = index(session.lines, { level, system, search, onlyMatches });
  const systemWidth = Math.min(longestSystem, Math.max(0, ...session.systems.map((name) => name.length)));
  const filtered = level !== null || system !== null || (onlyMatches && search !== '');

  const jump = (position: number | undefined) => {
    if (position === undefined) return;
    setCurrent(position);
    list.current?.scrollTo(position);
  };
  /** The neighbour of where one stands, around the ends. */
  const step = (positions: readonly number[], direction: 1 | -1) => {
    const from = current ?? (direction === 1 ? -1 : Infinity);
    jump(
      direction === 1
        ? (positions.find((position) => position > from) ?? positions[0])
        : (positions.findLast((position) => position < from) ?? positions.at(-1)),
    );
  };
  const refine = (change: () => void) => {
    change();
    setCurrent(null);
  };

  return (
    <section
      aria-label={t('detail.log')}
      className="flex h-[75vh] min-h-80 min-w-0 flex-col overflow-hidden rounded-lg border border-line bg-surface xl:sticky xl:top-5 xl:h-[calc(100dvh-11.5rem)]"
    >
      <LogToolbar
        run={run}
        view={view}
        systems={session.systems}
        level={level}
        onLevel={(next) => refine(() => setLevel(next))}
        system={system}
        onSystem={(next) => refine(() => setSystem(next))}
        search={search}
        onSearch={(next) => refine(() => setSearch(next))}
        onlyMatches={onlyMatches}
        onOnlyMatches={(next) => refine(() => setOnlyMatches(next))}
        current={current}
        onStep={step}
      />
      <div className="relative min-h-0 flex-1">
        {session.status === 'failed' && <ErrorState error={session.error} onRetry={session.retry} />}
        {session.status === 'loading' && <TableSkeleton rows={8} />}
        {session.status === 'ready' &&
          (view.shown.length === 0 ? (
            <EmptyState
              icon={ScrollText}
              title={t(
                session.lines.length > 0
                  ? 'log.emptyFiltered'
                  : isActive(run)
                    ? 'log.empty'
                    : 'log.emptyEnded',
              )}
            />
          ) : (
            <LogList
              ref={list}
              lines={view.shown}
              label={t('log.label')}
              search={search}
              current={current}
              wrap={wrap}
              systemWidth={systemWidth}
              startsAtEnd={follow}
              onFollow={setFollow}
            />
          ))}
        {!follow && view.shown.length > 0 && (
          <Button
            size="sm"
            className="absolute right-4 bottom-3 shadow-overlay"
            onClick={() => {
              setCurrent(null);
              list.current?.follow();
            }}
          >
            <ArrowDownToLine aria-hidden />
            {t(isActive(run) ? 'log.follow' : 'log.newLines')}
          </Button>
        )}
      </div>
      <LogFooter
        run={run}
        shown={view.shown.length}
        loaded={session.lines.length}
        filtered={filtered}
        earlier={session.earlier}
        full={session.full}
        readingEarlier={session.readingEarlier}
        onReadEarlier={session.readEarlier}
        follow={follow}
      />
    </section>
  );
};

interface LogFooterProps {
  readonly run: Run;
  readonly shown: number;
  readonly loaded: number;
  readonly filtered: boolean;
  readonly earlier: number;
  readonly full: boolean;
  readonly readingEarlier: boolean;
  readonly onReadEarlier: () => void;
  readonly follow: boolean;
}

const LogFooter = (props: LogFooterProps) => {
  const { t } = useTranslation('runs');
  const format = useFormat();
  const connection = useConnectionState();
  const active = isActive(props.run);
  const total = props.loaded + props.earlier;
  return (
    <footer className="flex min-h-8 flex-wrap items-center gap-x-3 border-t border-line px-3 py-1 text-xs text-ink-muted">
      <span>
        {props.filtered
          ? t('log.shown', { shown: format.number(props.shown), total: format.number(total) })
          : t('log.lines', { count: total, formatted: format.number(total) })}
      </span>
      {props.readingEarlier ? (
        <span role="status">{t('log.loadingEarlier')}</span>
      ) : (
        props.earlier > 0 && (
          <>
            <span>
              {t(props.full ? 'log.earlierFull' : 'log.earlierLeft', {
                formatted: format.number(props.earlier),
              })}
            </span>
            {!props.full && (
              <Button size="sm" variant="link" onClick={props.onReadEarlier}>
                {t('log.loadEarlier')}
              </Button>
            )}
          </>
        )
      )}
      {active && connection === 'reconnecting' && (
        <span className="text-warning">{t('log.reconnecting')}</span>
      )}
      {active && connection === 'live' && props.follow && (
        <span className="ml-auto inline-flex items-center gap-1.5">
          <span aria-hidden className="size-1.5 rounded-full bg-chart-ok" />
          {t('log.live')}
        </span>
      )}
    </footer>
  );
};
