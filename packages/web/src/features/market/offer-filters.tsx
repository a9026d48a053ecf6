import { SlidersHorizontal, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Field } from '../../ui/field.tsx';
import { NumberFilter } from '../../ui/number-filter.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { Select } from '../../ui/select.tsx';
import {
  countNeeds,
  defaultDiskGb,
  needLimits,
  resolveGpuName,
  type NeedFigure,
  type OfferNeeds,
} from './offer-needs.ts';

const any = 'any';
const counts = [1, 2, 3, 4, 5, 6, 7, 8];
const regions = ['US', 'EU', 'ASIA'] as const;
/** Behind "more". */
const figures = [
  'vram',
  'disk',
  'down',
  'reliability',
  'cores',
  'ram',
  'cuda',
] as const satisfies readonly NeedFigure[];

const nothing: readonly NeedFigure[] = [];

interface OfferFiltersProps {
  readonly needs: OfferNeeds;
  readonly gpuNames: readonly string[];
  readonly onChange: (needs: OfferNeeds) => void;
  /** Asked elsewhere. */
  readonly omit?: readonly NeedFigure[];
}

/** What a machine must have: the few usual questions in a row, the others behind a button. */
export const OfferFilters = ({ needs, gpuNames, onChange, omit = nothing }: OfferFiltersProps) => {
  const { t } = useTranslation('market');
  const { gpu, gpus, price, region, type, ...others } = needs;
  const stated = countNeeds(others);
  const [isOpen, setOpen] = useState(stated > 0);
  return (
    <div role="search" aria-label={t('needs.label')} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-2">
        <div className="flex w-full flex-col gap-1 sm:w-52">
          <span aria-hidden className="text-xs font-medium text-ink-muted">
            {t('needs.gpu')}
          </span>
          <SearchInput
            label={t('needs.gpuPlaceholder')}
            value={gpu ?? ''}
            onChange={(typed) =>
              onChange({ ...needs, gpu: typed.trim() === '' ? undefined : resolveGpuName(typed, gpuNames) })
            }
            delayMs={600}
            suggestions={gpuNames}
          />
        </div>
        <Field label={t('needs.gpus')} className="min-w-24 flex-1 sm:flex-none">
          <Select
            value={gpus === undefined ? any : String(gpus)}
            onChange={(next) => onChange({ ...needs, gpus: next === any ? undefined : Number(next) })}
            options={[
              { value: any, label: t('needs.any') },
              ...counts.map((count) => ({ value: String(count), label: `${count}×` })),
            ]}
          />
        </Field>
        <Field label={t('needs.price')} className="min-w-28 flex-1 sm:w-32 sm:flex-none">
          <NumberFilter
            value={price}
            limits={needLimits.price}
            step={0.001}
            placeholder={t('needs.any')}
            onChange={(next) => onChange({ ...needs, price: next })}
          />
        </Field>
        <Field label={t('needs.region')} className="min-w-28 flex-1 sm:flex-none">
          <Select
            value={region ?? any}
            onChange={(next) => onChange({ ...needs, region: regions.find((known) => known === next) })}
            options={[
              { value: any, label: t('needs.any') },
              ...regions.map((value) => ({ value, label: t(`region.${value}`) })),
            ]}
          />
        </Field>
        <Field label={t('needs.type')} className="min-w-32 flex-1 sm:flex-none">
          <Select
            value={type ?? 'on-demand'}
            onChange={(next) => onChange({ ...needs, type: next === 'bid' ? 'bid' : undefined })}
            options={[
              { value: 'on-demand', label: t('type.on-demand') },
              { value: 'bid', label: t('type.bid') },
            ]}
          />
        </Field>
        <Button aria-expanded={isOpen} aria-controls="more-needs" onClick={() => setOpen(!isOpen)}>
          <SlidersHorizontal aria-hidden />
          {stated === 0 ? t('needs.more') : t('needs.moreCount', { count: stated })}
        </Button>
        {countNeeds(needs) > 0 && (
          <Button variant="ghost" onClick={() => onChange({})}>
            <X aria-hidden />
            {t('needs.clear')}
          </Button>
        )}
      </div>
      {isOpen && (
        <div
          id="more-needs"
          className="grid grid-cols-2 gap-3 rounded-lg border border-line bg-surface p-4 sm:grid-cols-4 xl:grid-cols-7"
        >
          {figures
            .filter((name) => !omit.includes(name))
            .map((name) => (
              <Field key={name} label={t(`needs.${name}`)}>
                <NumberFilter
                  value={needs[name]}
                  limits={needLimits[name]}
                  step={name === 'cuda' ? 0.1 : 1}
                  placeholder={name === 'disk' ? String(defaultDiskGb) : t('needs.any')}
                  onChange={(next) => onChange({ ...needs, [name]: next })}
                />
              </Field>
            ))}
          <div className="col-span-2 flex flex-wrap gap-x-6 gap-y-2 sm:col-span-4 xl:col-span-7">
            <Checkbox
              label={t('needs.verified')}
              checked={needs.verified ?? false}
              onChange={(checked) => onChange({ ...needs, verified: checked || undefined })}
            />
            <Checkbox
              label={t('needs.staticIp')}
              checked={needs.staticIp ?? false}
              onChange={(checked) => onChange({ ...needs, staticIp: checked || undefined })}
            />
          </div>
        </div>
      )}
    </div>
  );
};
