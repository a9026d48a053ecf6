import { useNavigate } from '@tanstack/react-router';
import { JsonObject } from '@dumont/contracts/primitives';
import type { Run } from '@dumont/contracts/runs/runs';
import { useState } from 'react';
import { Controller, useForm, type UseFormReturn } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { errorText } from '../../i18n/error-text.ts';
import { useRerun } from '../../features/runs/run-actions.ts';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Input, Textarea } from '../../ui/input.tsx';
import { Switch } from '../../ui/switch.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { fieldProblem, fieldsOf, paramsFrom, type ParamField } from './params-fields.ts';

interface RerunDialogProps {
  readonly run: Run;
  readonly onClose: () => void;
}

interface Draft {
  readonly fields: ParamField[];
  readonly json: string;
}

type Mode = 'fields' | 'json';

const asJson = (params: JsonObject): string => JSON.stringify(params, null, 2);

/** What the JSON says, or why it cannot be parameters. */
const readJson = (text: string): { params: JsonObject } | { syntax: string } | { shape: true } => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { syntax: error instanceof Error ? error.message : String(error) };
  }
  const parsed = JsonObject.safeParse(value);
  return parsed.success ? { params: parsed.data } : { shape: true };
};

/** A new run from an old one with other parameters: field by field, or the JSON as a whole. */
const RerunDialog = ({ run, onClose }: RerunDialogProps) => {
  const { t } = useTranslation(['runs', 'common']);
  const navigate = useNavigate();
  const rerun = useRerun();
  const [mode, setMode] = useState<Mode>(Object.keys(run.params).length === 0 ? 'json' : 'fields');
  const form = useForm<Draft>({
    defaultValues: { fields: fieldsOf(run.params), json: asJson(run.params) },
  });

  const jsonProblem = (text: string): string | true => {
    const read = readJson(text);
    if ('syntax' in read) return t('edit.jsonInvalid', { reason: read.syntax });
    return 'shape' in read ? t('edit.jsonObject') : true;
  };

  /** The other view starts from what this one says; one that cannot be read keeps the view. */
  const show = async (next: Mode) => {
    if (!(await form.trigger(mode))) return;
    if (next === 'json') form.setValue('json', asJson(paramsFrom(form.getValues('fields'))));
    else {
      const read = readJson(form.getValues('json'));
      if ('params' in read) form.setValue('fields', fieldsOf(read.params));
    }
    setMode(next);
  };

  const submit = form.handleSubmit((draft) => {
    const read = mode === 'fields' ? { params: paramsFrom(draft.fields) } : readJson(draft.json);
    if (!('params' in read)) return;
    rerun.mutate(
      { run, params: read.params },
      {
        onSuccess: (started) => {
          onClose();
          void navigate({ to: '/runs/$runId', params: { runId: started.id } });
        },
      },
    );
  });

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('edit.title', { subject: run.subject })}
      description={t('edit.text', { number: run.number })}
      footer={
        <>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button variant="primary" type="submit" form="rerun" busy={rerun.isPending}>
            {t(rerun.isPending ? 'edit.submitting' : 'edit.submit')}
          </Button>
        </>
      }
    >
      <form
        id="rerun"
        noValidate
        onSubmit={(event) => void submit(event)}
        className="flex flex-col gap-4 pb-1"
      >
        {rerun.isError && <Alert tone="danger">{errorText(rerun.error)}</Alert>}
        <Tabs
          label={t('detail.params')}
          value={mode}
          onChange={(next) => void show(next)}
          tabs={[
            {
              value: 'fields',
              label: t('edit.fields'),
              content: <Fields form={form} />,
            },
            {
              value: 'json',
              label: t('edit.json'),
              content: (
                <Field label={t('edit.jsonLabel')} error={form.formState.errors.json?.message}>
                  <Textarea
                    rows={12}
                    spellCheck={false}
                    className="font-mono text-xs leading-5"
                    {...form.register('json', { validate: (text) => mode !== 'json' || jsonProblem(text) })}
                  />
                </Field>
              ),
            },
          ]}
        />
      </form>
    </Dialog>
  );
};

const Fields = ({ form }: { readonly form: UseFormReturn<Draft> }) => {
  const { t } = useTranslation('runs');
  const fields = form.watch('fields');
  if (fields.length === 0) return <p className="text-sm text-ink-muted">{t('edit.none')}</p>;

  const textField = (field: ParamField, index: number) => {
    const control = form.register(`fields.${index}.text`, {
      validate: (text) => {
        const problem = fieldProblem({ kind: field.kind, text });
        if (problem === undefined) return true;
        return problem === 'number' ? t('edit.number') : t('edit.object');
      },
    });
    if (field.kind === 'list')
      return <Textarea rows={Math.min(8, field.text.split('\n').length + 1)} {...control} />;
    if (field.kind === 'json') {
      return <Textarea rows={5} spellCheck={false} className="font-mono text-xs leading-5" {...control} />;
    }
    return <Input inputMode={field.kind === 'number' ? 'decimal' : 'text'} {...control} />;
  };

  return (
    <div className="flex flex-col gap-3">
      {fields.map((field, index) =>
        field.kind === 'boolean' ? (
          <Controller
            key={field.name}
            control={form.control}
            name={`fields.${index}.flag`}
            render={({ field: { value, onChange } }) => (
              <span className="flex items-center justify-between gap-3 text-sm">
                {field.name}
                <Switch label={field.name} checked={value} onChange={onChange} />
              </span>
            )}
          />
        ) : (
          <Field
            key={field.name}
            label={field.name}
            error={form.formState.errors.fields?.[index]?.text?.message}
            hint={field.kind === 'list' && t('edit.list')}
          >
            {textField(field, index)}
          </Field>
        ),
      )}
    </div>
  );
};

export default RerunDialog;
