import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { Button } from '../../ui/button.tsx';
import { Input } from '../../ui/input.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { periodPresets, presetPeriod, type Period } from './period.ts';

interface PeriodPickerProps {
  readonly period: Period;
  readonly onChange: (period: Period) => void;
  /** D-1. */
  readonly yesterday: string;
  readonly invalid: boolean;
}

export const PeriodPicker = ({ period, onChange, yesterday, invalid }: PeriodPickerProps) => {
  const { t } = useTranslation('pipelines');
  const format = useFormat();
  const field = (end: keyof Period) => (
    <label className="flex flex-1 items-center gap-1.5 text-xs text-ink-muted sm:flex-none">
      {t(end)}
      <Input
        type="date"
        value={period[end]}
        {...(invalid ? { 'aria-invalid': true } : {})}
        onChange={(event) => onChange({ ...period, [end]: event.target.value })}
        className="min-w-0 sm:w-36"
      />
    </label>
  );
  return (
    <fieldset className="flex flex-wrap items-center gap-x-2 gap-y-2">
      <legend className="sr-only">{t('period')}</legend>
      {field('from')}
      {field('to')}
      <span className="flex flex-wrap gap-1">
        {periodPresets.map((preset) => {
          const value = presetPeriod(preset, yesterday);
          const chosen = value.from === period.from && value.to === period.to;
          const button = (
            <Button
              key={preset}
              size="sm"
              variant="ghost"
              aria-pressed={chosen}
              className="aria-pressed:bg-selected aria-pressed:text-accent-ink"
              onClick={() => onChange(value)}
            >
              {t(`preset.${preset}`)}
            </Button>
          );
          if (preset !== 'previousDay') return button;
          return (
            <Tooltip key={preset} content={t('presetHint', { date: format.date(yesterday) })}>
              {button}
            </Tooltip>
          );
        })}
      </span>
    </fieldset>
  );
};
