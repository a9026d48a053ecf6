import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { maxDocumentBytes } from '@dumont/contracts/optimization/instances';
import { Table2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocalized } from '../../i18n/use-localized.ts';
import { api } from '../../lib/api.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { parseExact } from '../../lib/exact-json.ts';
import { instanceQueries, optimizationQueries } from '../../queries/optimization.ts';
import { useProjectId } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Field } from '../../ui/field.tsx';
import { Input, Textarea } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { FormDialog } from '../forms/form-dialog.tsx';
import { useSave } from '../forms/use-save.ts';
import type { Editable } from './editor/instance-editor.tsx';
import {
  isModelFile,
  missingIn,
  nameOf,
  readData,
  type InstanceDraft,
  type Source,
} from './instance-source.ts';
import { SchemaFaultList } from './schema-fault-list.tsx';
import { schemaFaults } from './schema-faults.ts';

const InstanceEditor = lazy(() => import('./editor/instance-editor.tsx'));

interface NewInstanceProps {
  /** Chosen already, where someone came from an app or one of its examples. */
  readonly app?: string | undefined;
  readonly example?: string | undefined;
  readonly onClose: () => void;
}

/** Uploads an instance from an example, a file or the clipboard, and leads to it; or opens its tables before. */
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
    maximize: false,
    text: '',
    name: '',
  });
  const [isTried, setTried] = useState(false);
  const [sent, setSent] = useState('');
  const [editable, setEditable] = useState<Editable>();
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
  const shownExample = examples.find(({ name }) => name === chosen.example);
  const endings = chosenApp?.fileEndings ?? [];
  const missing = missingIn(chosen);
  const isTooLarge = source === 'file' && (draft.file?.size ?? 0) > maxDocumentBytes;
  const change = (next: Partial<InstanceDraft>) => setDraft({ ...draft, ...next });
  const save = useSave({
    save: async (given: InstanceDraft) => {
      const data = await readData(given, endings);
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
  const read = useSave({
    save: (given: InstanceDraft) => readData(given, endings),
    refresh: [],
    done: () => null,
    onDone: (text) => setEditable({ app: chosen.app, projectId, name: nameOf(chosen), text }),
  });
  const openTables = () => {
    setTried(true);
    // What it is called can be said there, too.
    if ((missing === undefined || missing === 'name') && !isTooLarge) read.mutate(chosen);
  };
  const faults = save.error === null ? undefined : schemaFaults(save.error, safely(sent));
  const requiredWhere = (what: typeof missing) =>
    isTried && missing === what ? t('common:required') : undefined;
  if (editable !== undefined)
    return (
      <Suspense fallback={null}>
        <InstanceEditor from={editable} onClose={onClose} />
      </Suspense>
    );
  return (
    <FormDialog
      title={t('instance.new')}
      description={t('instance.newText')}
      action={t(source === 'tables' ? 'instance.openTables' : 'instance.upload')}
      size="lg"
      busy={save.isPending || read.isPending}
      error={faults === undefined ? (read.error ?? save.error) : null}
      onSubmit={async (event) => {
        event.preventDefault();
        if (source === 'tables') return openTables();
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
              { value: 'tables', label: t('instance.sourceTables') },
            ]}
          />
        </Field>
      </div>
      {source === 'example' && (
        <Field
          label={t('instance.example')}
          hint={shownExample && localized(shownExample.description)}
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
          hint={
            draft.file !== undefined
              ? format.bytes(draft.file.size)
              : endings.length === 0
                ? t('instance.fileHint')
                : t('instance.fileHintModels', { endings: endings.map((ending) => `.${ending}`).join(', ') })
          }
          error={
            isTooLarge
              ? t('instance.fileTooLarge', { size: format.bytes(maxDocumentBytes) })
              : requiredWhere('file')
          }
        >
          <input
            type="file"
            accept={['.json', 'application/json', ...endings.map((ending) => `.${ending}`)].join(',')}
            onChange={(event) => change({ file: event.target.files?.[0] })}
            className="w-full rounded-md border border-control-line bg-surface text-sm text-ink-muted file:mr-3 file:h-8 file:border-0 file:border-r file:border-solid file:border-line-strong file:bg-hover file:px-3 file:font-medium file:text-ink"
          />
        </Field>
      )}
      {source === 'file' && isModelFile(draft.file, endings) && (
        <Checkbox
          label={t('instance.maximize')}
          checked={draft.maximize}
          onChange={(maximize) => change({ maximize })}
        />
      )}
      {source === 'tables' && <p className="text-sm text-ink-muted">{t('instance.tablesHint')}</p>}
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
      {source !== 'tables' && (
        <Button className="self-start" size="sm" busy={read.isPending} onClick={openTables}>
          <Table2 aria-hidden />
          {t('instance.editBefore')}
        </Button>
      )}
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
