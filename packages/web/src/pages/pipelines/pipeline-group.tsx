import { todayInSaoPaulo } from '@dumont/contracts/calendar';
import type { Pipeline, System } from '@dumont/contracts/pipelines/pipelines';
import { ChevronDown, FlaskConical, Play, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocalized } from '../../i18n/use-localized.ts';
import { browserClock } from '../../lib/clock.ts';
import { useMay } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { dateParams, periodProblem, presetPeriod } from './period.ts';
import { PeriodPicker } from './period-picker.tsx';
import { SystemCard } from './system-card.tsx';
import { useStartRun } from './use-start-run.ts';

interface PipelineGroupProps {
  readonly pipeline: Pipeline;
  /** Those that the search left. */
  readonly systems: readonly System[];
  /** D-1. */
  readonly yesterday: string;
}

/** One pipeline: its systems as cards, and what runs those that are selected. A run takes systems of one pipeline. */
export const PipelineGroup = ({ pipeline, systems, yesterday }: PipelineGroupProps) => {
  const { t } = useTranslation('pipelines');
  const localized = useLocalized();
  const mayRun = useMay('runs:write');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [period, setPeriod] = useState(() => presetPeriod('previousDay', yesterday));
  const start = useStartRun();

  const ready = systems.filter(({ problems }) => problems.length === 0);
  // What is no longer ready, or not shown, must not run unseen.
  const selected = ready.filter(({ id }) => chosen.has(id));
  const takesPeriod = pipeline.parameters.length > 0;
  const problem = takesPeriod
    ? periodProblem(period, todayInSaoPaulo(new Date(browserClock.now())))
    : undefined;
  const blocked = selected.length === 0 || problem !== undefined;

  const toggle = (id: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  const run = (flags: { limpar?: true; dryRun?: true } = {}) =>
    start.mutate({
      pipelineId: pipeline.id,
      params: { sistemas: selected.map(({ id }) => id), ...dateParams(pipeline, period), ...flags },
    });

  return (
    <section aria-labelledby={`pipeline-${pipeline.id}`} className="flex flex-col gap-3">
      <header className="flex flex-wrap items-baseline gap-x-3">
        <h2 id={`pipeline-${pipeline.id}`} className="text-base font-semibold text-ink">
          {localized(pipeline.name)}
        </h2>
        <p className="min-w-0 text-sm text-ink-muted">{localized(pipeline.description)}</p>
      </header>
      {mayRun && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-line bg-surface px-4 py-2.5">
          <Checkbox
            checked={
              selected.length === 0 ? false : selected.length === ready.length ? true : 'indeterminate'
            }
            disabled={ready.length === 0}
            onChange={(on) => setChosen(new Set(on ? ready.map(({ id }) => id) : []))}
            label={t('selectReady', { count: ready.length })}
          />
          {takesPeriod && (
            <PeriodPicker
              period={period}
              onChange={setPeriod}
              yesterday={yesterday}
              invalid={problem !== undefined}
            />
          )}
          <span className="ml-auto flex w-full items-center gap-1 sm:w-auto">
            <Button
              variant="primary"
              disabled={blocked}
              busy={start.isPending}
              onClick={() => run()}
              className="flex-1 sm:flex-none"
            >
              <Play aria-hidden />
              {start.isPending ? t('starting') : t('runSelected', { count: selected.length })}
            </Button>
            <Menu
              trigger={
                <IconButton label={t('runMore')} variant="secondary" disabled={blocked || start.isPending}>
                  <ChevronDown aria-hidden />
                </IconButton>
              }
            >
              <MenuItem icon={<RefreshCw aria-hidden />} onSelect={() => run({ limpar: true })}>
                <Choice name={t('runClean')} hint={t('runCleanHint')} />
              </MenuItem>
              <MenuItem icon={<FlaskConical aria-hidden />} onSelect={() => run({ dryRun: true })}>
                <Choice name={t('runDry')} hint={t('runDryHint')} />
              </MenuItem>
            </Menu>
          </span>
          {problem !== undefined && (
            <p role="alert" className="w-full text-xs text-danger">
              {t(problem)}
            </p>
          )}
        </div>
      )}
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,17rem),1fr))] gap-3">
        {systems.map((system) => (
          <SystemCard
            key={system.id}
            system={system}
            selected={selected.includes(system)}
            onSelect={mayRun ? (on) => toggle(system.id, on) : undefined}
          />
        ))}
      </ul>
    </section>
  );
};

const Choice = ({ name, hint }: { readonly name: string; readonly hint: string }) => (
  <span>
    {name} <span className="text-xs text-ink-muted">({hint})</span>
  </span>
);
