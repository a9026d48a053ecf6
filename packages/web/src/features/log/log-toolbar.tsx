import type { LogLevel } from '@dumont/contracts/runs/logs';
import type { Run } from '@dumont/contracts/runs/runs';
import { ChevronDown, ChevronUp, CircleX, Copy, Download, Filter, WrapText } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { downloadFile } from '../../lib/download.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { usePreferences } from '../../lib/preferences.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toast.tsx';
import { levels, type LogView } from './log-index.ts';
import { asText } from './log-text.ts';

interface LogToolbarProps {
  readonly run: Run;
  readonly view: LogView;
  readonly systems: readonly string[];
  readonly level: LogLevel | null;
  readonly onLevel: (level: LogLevel | null) => void;
  readonly system: string | null;
  readonly onSystem: (system: string | null) => void;
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly onlyMatches: boolean;
  readonly onOnlyMatches: (only: boolean) => void;
  readonly current: number | null;
  readonly onStep: (positions: readonly number[], direction: 1 | -1) => void;
}

const any = ':any';

export const LogToolbar = (props: LogToolbarProps) => {
  const { run, view, systems, level, system, search, current } = props;
  const { t } = useTranslation('runs');
  const format = useFormat();
  const { logWrap, setLogWrap } = usePreferences();

  const copy = async () => {
    await navigator.clipboard.writeText(asText(view.shown));
    toast.ok(t('log.copied', { count: view.shown.length, formatted: format.number(view.shown.length) }));
  };

  return (
    <div
      role="toolbar"
      aria-label={t('detail.log')}
      className="flex flex-wrap items-center gap-1.5 border-b border-line p-2"
    >
      <SearchInput
        label={t('log.searchPlaceholder')}
        value={search}
        onChange={props.onSearch}
        delayMs={120}
        className="min-w-40 flex-1 max-sm:basis-full"
        onKeyDown={(event) => {
          if (event.key === 'Enter') props.onStep(view.matches, event.shiftKey ? -1 : 1);
        }}
      />
      {search !== '' && (
        <>
          <span role="status" className="px-1 text-xs whitespace-nowrap text-ink-muted">
            {view.matches.length === 0
              ? t('log.noMatch')
              : t('log.matches', {
                  current: current === null ? '–' : format.number(view.matches.indexOf(current) + 1),
                  count: view.matches.length,
                  formatted: format.number(view.matches.length),
                })}
          </span>
          <IconButton label={t('log.previous')} onClick={() => props.onStep(view.matches, -1)}>
            <ChevronUp aria-hidden />
          </IconButton>
          <IconButton label={t('log.next')} onClick={() => props.onStep(view.matches, 1)}>
            <ChevronDown aria-hidden />
          </IconButton>
          <IconButton
            label={t('log.onlyMatches')}
            aria-pressed={props.onlyMatches}
            onClick={() => props.onOnlyMatches(!props.onlyMatches)}
          >
            <Filter aria-hidden />
          </IconButton>
        </>
      )}
      <Select
        label={t('log.level')}
        value={level ?? any}
        onChange={(next) => props.onLevel(next === any ? null : next)}
        className="w-auto! min-w-28 max-sm:flex-1"
        options={[
          { value: any, label: t('log.anyLevel') },
          ...levels.slice(1).map((value) => ({
            value,
            label: value === 'ERROR' ? value : t('log.andAbove', { level: value }),
          })),
        ]}
      />
      {systems.length > 0 && (
        <Select
          label={t('log.system')}
          value={system ?? any}
          onChange={(next) => props.onSystem(next === any ? null : next)}
          className="w-auto! max-w-44 min-w-28 max-sm:flex-1"
          options={[
            { value: any, label: t('log.anySystem') },
            ...systems.map((value) => ({ value, label: value })),
          ]}
        />
      )}
      {view.errors.length > 0 && (
        <Button variant="ghost" onClick={() => props.onStep(view.errors, 1)}>
          <CircleX aria-hidden className="text-danger" />
          {current === null ? t('log.firstError') : t('log.nextError')}
          <span className="text-ink-muted">{format.number(view.errors.length)}</span>
        </Button>
      )}
      <span className="ml-auto flex items-center">
        <IconButton label={t('log.wrap')} aria-pressed={logWrap} onClick={() => setLogWrap(!logWrap)}>
          <WrapText aria-hidden />
        </IconButton>
        <IconButton label={t('log.copy')} onClick={() => void copy().catch(toast.error)}>
          <Copy aria-hidden />
        </IconButton>
        <IconButton
          label={t('log.download')}
          onClick={() => void downloadFile(`/api/v1/runs/${run.id}/log.txt`).catch(toast.error)}
        >
          <Download aria-hidden />
        </IconButton>
      </span>
    </div>
  );
};
