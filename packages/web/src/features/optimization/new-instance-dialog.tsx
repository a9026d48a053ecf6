import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { maxDocumentBytes } from '@dumont/contracts/optimization/instances';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocalized } from '../../i18n/use-localized.ts';
import { api } from '../../lib/api.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { parseExact } from '../../lib/exact-json.ts';
import { instanceQueries, optimizationQueries } from '../../queries/optimization.ts';
import { useProjectId } from '../../queries/session.ts';
import { Field } from '../../ui/field.tsx';
import { Input, Textarea } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { FormDialog } from '../forms/form-dialog.tsx';
import { useSave } from '../forms/use-save.ts';
import { missingIn, nameOf, readData, type InstanceDraft, type Source } from './instance-source.ts';
import { SchemaFaultList } from './schema-fault-list.tsx';
import { schemaFaults } from './schema-faults.ts';

interface NewInstanceProps {
  /** Chosen already, where someone came from an app or one of its examples. */
  readonly app?: string | undefined;
  readonly example?: string | undefined;
  readonly onClose: () => void;
}

/** Uploads an instance from an example, a file or the clipboard, and leads to it. */
const NewInstanceDialog = ({ app, example, onClose }: NewInstanceProps) => {
  const { t } = useTranslation(['optimization', 'common']);
  const localized = useLocalized();
  const format = useFormat();
  const navigate = useNavigate();
  const projectId = useProjectId();
  const apps = useQuery(optimizationQueries.apps());
  const [draft, setDraft] = useState<InstanceDraft>({
    app: app ?? '',
    source: 'example',
    example: example ?? '',
    file: undefined,
    text: '',
    name: '',
  });
  const [isTried, setTried] = useState(false);
  const [sent, setSent] = useState('');
  const items = apps.data?.items ?? [];
  const chosenApp = items.find(({ id }) => id === draft.app) ?? items[0];
  const examples = chosenApp?.examples ?? [];
  const source: Source = draft.source === 'example' && examples.length === 0 ? 'file' : draft.source;
  const chosen: InstanceDraft = {
    ...draft,
    app: chosenApp?.id ?? '',
    source,
    example: (examples.find(({ name }) => name === draft.example) ?? examples[0])?.name ?? '',
  };
  const missing = missingIn(chosen);
  const isTooLarge = source === 'file' && (draft.file?.size ?? 0) > maxDocumentBytes;
  const change = (next: Partial<InstanceDraft>) => setDraft({ ...draft, ...next });
  const save = useSave({
    save: async (given: InstanceDraft) => {
      const data = await readData(given);
      setSent(data);
      return api.createProblemInstance({
        body: {
          ...(projectId === undefined ? {} : { projectId }),
          app: given.app,
          name: nameOf(given),
          data,
        },
      });
    },
    refresh: [instanceQueries.lists],
    done: ({ name }) => t('instance.created', { name }),
    onDone: ({ id }) => {
      onClose();
      void navigate({ to: '/optimization/instances/$instanceId', params: { instanceId: id } });
    },
  });
  const faults = save.error === null ? undefined : schemaFaults(save.error, safely(sent));
  const requiredWhere = (what: typeof missing) =>
    isTried && missing === what ? t('common:required') : undefined;
  return (
    <FormDialog
      title={t('instance.new')}
      description={t('instance.newText')}
      action={t('instance.upload')}
      size="lg"
      busy={save.isPending}
      error={faults === undefined ? save.error : null}
      onSubmit={async (event) => {
        event.preventDefault();
        setTried(true);
        if (missing === undefined && !isTooLarge) save.mutate(chosen);
      }}
      onClose={onClose}
    >
      {faults !== undefined && <SchemaFaultList faults={faults} />}
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <Field label={t('column.app')}>
          <Select
            value={chosen.app}
            onChange={(id) => change({ app: id, example: '' })}
            options={items.map(({ id, name }) => ({ value: id, label: localized(name) }))}
          />
        </Field>
        <Field label={t('instance.source')}>
          <Select<Source>
            value={source}
            onChange={(next) => change({ source: next })}
            options={[
              ...(examples.length > 0
                ? [{ value: 'example' as const, label: t('instance.sourceExample') }]
                : []),
              { value: 'file', label: t('instance.sourceFile') },
              { value: 'paste', label: t('instance.sourcePaste') },
            ]}
          />
        </Field>
      </div>
      {source === 'example' && (
        <Field
          label={t('instance.example')}
          hint={examples.find(({ name }) => name === chosen.example)?.description}
          error={requiredWhere('example')}
        >
          <Select
            value={chosen.example}
            onChange={(name) => change({ example: name })}
            options={examples.map(({ name }) => ({ value: name, label: name }))}
          />
        </Field>
      )}
      {source === 'file' && (
        <Field
          label={t('instance.file')}
          hint={draft.file === undefined ? t('instance.fileHint') : format.bytes(draft.file.size)}
          error={
            isTooLarge
              ? t('instance.fileTooLarge', { size: format.bytes(maxDocumentBytes) })
              : requiredWhere('file')
          }
        >
          <input
            type="file"
            accept=".json,application/json"
            onChange={(event) => change({ file: event.target.files?.[0] })}
            className="w-full rounded-md border border-control-line bg-surface text-sm text-ink-muted file:mr-3 file:h-8 file:border-0 file:border-r file:border-solid file:border-line-strong file:bg-hover file:px-3 file:font-medium file:text-ink"
          />
        </Field>
      )}
      {source === 'paste' && (
        <Field label={t('instance.text')} error={requiredWhere('text')}>
          <Textarea
            rows={10}
            spellCheck={false}
            className="font-mono text-xs leading-5"
            placeholder={'{ "…": [ { … } ] }'}
            value={draft.text}
            onChange={(event) => change({ text: event.target.value })}
          />
        </Field>
      )}
      <Field label={t('column.name')} error={requiredWhere('name')}>
        <Input
          value={draft.name}
          maxLength={256}
          autoComplete="off"
          placeholder={nameOf(chosen)}
          onChange={(event) => change({ name: event.target.value })}
        />
      </Field>
    </FormDialog>
  );
};

/** What was sent, to say what stands where a fault is. */
const safely = (text: string): unknown => {
  try {
    return parseExact(text);
  } catch {
    return undefined;
  }
};

export default NewInstanceDialog;
