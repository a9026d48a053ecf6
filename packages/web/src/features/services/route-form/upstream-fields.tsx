import { Plus, Trash2 } from 'lucide-react';
import { useFieldArray, useFormContext } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/button.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import type { RouteDraft } from './route-draft.ts';
import { TextField } from './text-field.tsx';

const most = 20;

/** Where requests go, and what share of them each gets. */
export const UpstreamFields = () => {
  const { t } = useTranslation('services');
  const { control } = useFormContext<RouteDraft>();
  const { fields, append, remove } = useFieldArray({ control, name: 'upstreams' });
  return (
    <div className="flex flex-col gap-3">
      {fields.map(({ id }, index) => (
        <div key={id} className="flex items-start gap-2">
          <TextField
            className="min-w-0 flex-1"
            name={`upstreams.${index}.url`}
            label={t('field.upstream', { number: index + 1 })}
            placeholder="http://127.0.0.1:8080"
          />
          <TextField
            className="w-20 shrink-0"
            name={`upstreams.${index}.weight`}
            label={t('field.weight')}
            numeric
          />
          {fields.length > 1 && (
            <IconButton
              className="mt-5"
              label={t('form.removeUpstream', { number: index + 1 })}
              onClick={() => remove(index)}
            >
              <Trash2 aria-hidden />
            </IconButton>
          )}
        </div>
      ))}
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-xs text-ink-muted">{t('hint.upstreams')}</p>
        <Button size="sm" disabled={fields.length >= most} onClick={() => append({ url: '', weight: '1' })}>
          <Plus aria-hidden />
          {t('form.addUpstream')}
        </Button>
      </div>
    </div>
  );
};
