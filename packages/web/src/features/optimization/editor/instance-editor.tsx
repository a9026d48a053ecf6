import { useBlocker, useNavigate } from '@tanstack/react-router';
import { TriangleAlert, Undo2 } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { api } from '../../../lib/api.ts';
import { keepsNumbers, parseFigures } from '../../../lib/exact-json.ts';
import { useFormat } from '../../../lib/format/use-format.ts';
import { instanceQueries } from '../../../queries/optimization.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { QueryView, Skeleton } from '../../../ui/states.tsx';
import { Tabs } from '../../../ui/tabs.tsx';
import { FormError } from '../../forms/form-error.tsx';
import { useSave } from '../../forms/use-save.ts';
import { isObject, type Fields } from '../document-tables.ts';
import { schemaFaults } from '../schema-faults.ts';
import { cellInputMark } from './cell-input.tsx';
import { documentOf, editDocument, nameOfPath, type EditedDocument } from './edited-document.ts';
import { FaultLine } from './fault-line.tsx';
import { useFaultText } from './fault-text.ts';
import { faultsIn, holdFaults, type Fault, type ToldFault } from './faults.ts';
import { TableEditor, type TableEditorHandle } from './table-editor.tsx';
import { ValueFields } from './value-fields.tsx';
import { useAppSchemas } from '../use-app-schemas.ts';

/** What is edited: the data of an instance as text, and what the new one is to be called. */
export interface Editable {
  readonly app: string;
  readonly projectId: string | undefined;
  readonly name: string;
  readonly text: string;
}

interface InstanceEditorProps {
  readonly from: Editable;
  readonly onClose: () => void;
}

/** Edits data in tables and uploads it as a new instance; what it was taken from stays as it is. */
const InstanceEditor = ({ from, onClose }: InstanceEditorProps) => {
  const { t } = useTranslation(['optimization', 'common']);
  const schemas = useAppSchemas(from.app);
  const origin = useMemo(() => {
    try {
      return parseFigures(from.text);
    } catch {
      return undefined;
    }
  }, [from.text]);
  const reason = !keepsNumbers ? 'editor.oldBrowser' : isObject(origin) ? undefined : 'editor.noTables';
  if (reason === undefined && schemas.data !== undefined)
    return <Editing from={from} origin={origin as Fields} schema={schemas.data.instance} onClose={onClose} />;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('editor.title')}
      footer={<Button onClick={onClose}>{t('common:close')}</Button>}
    >
      {reason !== undefined ? (
        <Alert tone="warning">{t(reason)}</Alert>
      ) : (
        <QueryView query={schemas} skeleton={<Skeleton className="h-40 w-full" />}>
          {() => null}
        </QueryView>
      )}
    </Dialog>
  );
};

/** Steps that can be taken back: each holds the rows that it changed. */
const mostUndone = 50;
/** The tab of single values. */
const valuesTab = '';

interface EditingProps extends InstanceEditorProps {
  readonly origin: Fields;
  readonly schema: Fields;
}

const Editing = ({ from, origin, schema, onClose }: EditingProps) => {
  const { t } = useTranslation(['optimization', 'common']);
  const format = useFormat();
  const navigate = useNavigate();
  const faultText = useFaultText();
  const [[document, ...past], setHistory] = useState<readonly [EditedDocument, ...EditedDocument[]]>(() => [
    editDocument(origin, schema),
  ]);
  const [name, setName] = useState(from.name);
  const [told, setTold] = useState<readonly ToldFault[]>([]);
  const [isLeaving, setLeaving] = useState(false);
  const { tables, values } = document;
  const [tab, setTab] = useState(
    values.length > 0 && tables.length === 0 ? valuesTab : nameOfPath(tables[0]?.path ?? ['']),
  );
  const editor = useRef<TableEditorHandle>(null);
  const fields = useRef<HTMLDivElement>(null);
  const faults = useMemo(() => faultsIn(document, told), [document, told]);
  const faultsBy = useMemo(() => Map.groupBy(faults, ({ path }) => path), [faults]);
  const change = (next: EditedDocument) => setHistory([next, document, ...past.slice(0, mostUndone)]);
  const undo = () => {
    const [before, ...earlier] = past;
    if (before !== undefined) setHistory([before, ...earlier]);
  };
  const save = useSave({
    save: (sent: EditedDocument) =>
      api.createProblemInstance({
        body: {
          ...(from.projectId === undefined ? {} : { projectId: from.projectId }),
          app: from.app,
          name: name.trim(),
          data: JSON.stringify(documentOf(sent)),
        },
      }),
    refresh: [instanceQueries.lists],
    done: (made) => t('instance.created', { name: made.name }),
    onDone: ({ id }) => {
      onClose();
      void navigate({ to: '/optimization/instances/$instanceId', params: { instanceId: id } });
    },
  });
  const goTo = ({ path, row, rule }: Fault) => {
    const isTable = tables.some((table) => nameOfPath(table.path) === path);
    // Its table is there before its cell is looked for, and before another key is pressed.
    flushSync(() => setTab(isTable ? path : valuesTab));
    if (isTable) editor.current?.goTo(row ?? 0, rule?.name);
    else fields.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  };
  const upload = () => {
    const [first] = faults;
    if (first !== undefined && typeof first.problem === 'string') goTo(first);
    else if (name.trim() !== '')
      save.mutate(document, {
        onError: (error) => setTold(holdFaults(document, schemaFaults(error, documentOf(document)) ?? [])),
      });
  };
  const isEdited = past.length > 0;
  // What is being uploaded is not lost with the page, and the upload leads to another one itself.
  const blocker = useBlocker({
    shouldBlockFn: () => isEdited && !save.isPending,
    enableBeforeUnload: isEdited,
    withResolver: true,
  });
  const isOwnFault = save.error !== null && schemaFaults(save.error, undefined) !== undefined;
  const leave = () => {
    // Escape in a cell leaves the cell alone.
    if (window.document.activeElement?.hasAttribute(cellInputMark)) return;
    if (isEdited && !save.isPending) setLeaving(true);
    else if (!save.isPending) onClose();
  };
  const tabLabel = (label: string, path: string | undefined, count: string | undefined) => {
    const wrong = path === undefined ? faults.some((fault) => !isOfTable(fault)) : faultsBy.has(path);
    return (
      <>
        {label}
        {count !== undefined && <span className="text-xs font-normal text-ink-muted">{count}</span>}
        {wrong && (
          <TriangleAlert role="img" aria-label={t('editor.wrong')} className="size-3.5 text-danger" />
        )}
      </>
    );
  };
  const isOfTable = ({ path }: Fault) => tables.some((table) => nameOfPath(table.path) === path);
  return (
    <Dialog
      open
      onOpenChange={leave}
      size="full"
      title={t('editor.title')}
      description={t('editor.text')}
      footer={
        <>
          <FaultLine document={document} faults={faults} onGo={goTo} />
          <Button onClick={undo} disabled={!isEdited}>
            <Undo2 aria-hidden />
            {t('common:undo')}
          </Button>
          <Button onClick={leave} disabled={save.isPending}>
            {t('common:cancel')}
          </Button>
          <Button variant="primary" busy={save.isPending} onClick={upload}>
            {t('editor.upload')}
          </Button>
        </>
      }
    >
      <div ref={fields} className="flex flex-col gap-3">
        <FormError error={isOwnFault ? null : save.error} />
        <Field
          label={t('column.name')}
          className="max-w-md"
          error={name.trim() === '' ? t('common:required') : undefined}
        >
          <Input
            value={name}
            maxLength={256}
            autoComplete="off"
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Tabs
          label={t('editor.tables')}
          value={tab}
          onChange={setTab}
          tabs={[
            ...tables.map((table) => {
              const path = nameOfPath(table.path);
              const mine = new Map(
                (faultsBy.get(path) ?? []).map((fault) => [`${fault.row} ${fault.rule?.name ?? ''}`, fault]),
              );
              return {
                value: path,
                label: tabLabel(table.label, path, format.number(table.rows.length)),
                content: (
                  <TableEditor
                    ref={editor}
                    table={table}
                    onUndo={undo}
                    onRows={(rows) =>
                      change({
                        ...document,
                        tables: tables.map((each) => (each === table ? { ...each, rows } : each)),
                      })
                    }
                    faultAt={(row, column) => {
                      const fault = mine.get(`${row} ${column}`) ?? mine.get(`${row} `);
                      return fault && faultText(fault);
                    }}
                  />
                ),
              };
            }),
            ...(values.length === 0
              ? []
              : [
                  {
                    value: valuesTab,
                    label: tabLabel(t('data.values'), undefined, undefined),
                    content: (
                      <ValueFields
                        values={values}
                        faultAt={({ path }) => {
                          const [fault] = faultsBy.get(nameOfPath(path)) ?? [];
                          return fault && faultText(fault);
                        }}
                        onValue={(value, next) =>
                          change({
                            ...document,
                            values: values.map((each) => (each === value ? { ...each, value: next } : each)),
                          })
                        }
                      />
                    ),
                  },
                ]),
          ]}
        />
      </div>
      {(isLeaving || blocker.status === 'blocked') && (
        <ConfirmDialog
          open
          onOpenChange={() => {
            setLeaving(false);
            blocker.reset?.();
          }}
          title={t('editor.leaveTitle')}
          consequence={t('editor.leaveText')}
          action={t('editor.leave')}
          keep={t('editor.stay')}
          onConfirm={async () => (blocker.proceed ?? onClose)()}
        />
      )}
    </Dialog>
  );
};

export default InstanceEditor;
