import { createHash } from 'node:crypto';
import { projectFor, type Caller } from '../../../kernel/access/caller.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Database } from '../../../kernel/db/database.ts';
import { AppError } from '../../../kernel/errors.ts';
import { unpackedLength, type Packed } from '../../../kernel/packed/packed.ts';
import type { Random } from '../../../kernel/random.ts';
import type { Catalogue } from '../apps/catalogue.ts';
import type { CheckedDocument, Documents, Given } from '../documents-in.ts';
import type { ExecutionStore } from '../executions/execution-store.ts';
import { dataHasFindings } from '../executions/findings.ts';
import type { LeftBehind } from '../executions/left-behind.ts';
import { readable, writable } from '../reached.ts';
import type { InstanceRow, InstanceStore } from './instance-store.ts';

/** What compatible clients see as the id. */
export const keyOf = (id: string): string => createHash('sha1').update(id).digest('hex');

export type Reference = { readonly id: string } | { readonly key: string };

export interface NewInstanceRequest {
  readonly projectId?: string | undefined;
  readonly app: string;
  readonly name: string;
  readonly description: string;
  readonly data: Given | Packed;
  /** Of another object, taken along. */
  readonly checks?: string | null;
  readonly hidden?: boolean;
}

export interface InstanceEdit {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly data?: Given | undefined;
}

const dataColumns = ({ packed, hash }: CheckedDocument) => ({
  data: packed,
  data_hash: hash,
  data_bytes: unpackedLength(packed),
});

export const createInstances = (deps: {
  db: Database;
  store: InstanceStore;
  catalogue: Catalogue;
  documents: Documents;
  clock: Clock;
  random: Random;
  executions: Pick<ExecutionStore, 'listRunIds' | 'listWithFiles'>;
  leftBehind: LeftBehind;
}) => {
  const { db, store, catalogue, documents } = deps;
  const missing = (): AppError => new AppError('optimization.instance_not_found');

  const readableBy = readable('optimization.instance_not_found');
  const get = readableBy(store.find);
  const getWritable = writable(get);
  /** With its documents as they are kept, to be sent on. */
  const getPacked = readableBy(store.findPacked);

  return {
    get,
    getWritable,
    getPacked,
    create: async (caller: Caller, request: NewInstanceRequest): Promise<InstanceRow> => {
      const projectId = projectFor(caller, 'optimization:write', request.projectId);
      const app = await catalogue.get(request.app);
      const document = await documents.readChecked(app, 'instance', request.data);
      const now = deps.clock.now();
      const id = deps.random.id();
      const row = {
        id,
        key: keyOf(id),
        project_id: projectId,
        owner_id: caller.userId,
        name: request.name,
        description: request.description,
        app: app.id,
        hidden: request.hidden ?? false,
        created_at: now,
        updated_at: now,
        ...dataColumns(document),
      };
      await store.insert(db, { ...row, checks: request.checks ?? null });
      return row;
    },
    /** New data takes away the checks of the old, and those of its executions, which were of it. */
    update: async (caller: Caller, reference: Reference, edit: InstanceEdit): Promise<InstanceRow> => {
      const row = await getWritable(caller, reference);
      const change = {
        ...(edit.name === undefined ? {} : { name: edit.name }),
        ...(edit.description === undefined ? {} : { description: edit.description }),
        updated_at: deps.clock.now(),
      };
      if (edit.data === undefined) {
        const updated = await store.update(db, row.id, change);
        if (updated === undefined) throw missing();
        return updated;
      }
      const document = await documents.readChecked(await catalogue.get(row.app), 'instance', edit.data);
      const updated = await db.transaction().execute(async (tx) => {
        await store.clearExecutionChecks(tx, row.id);
        return store.update(tx, row.id, { ...change, ...dataColumns(document), checks: null });
      });
      if (updated === undefined) throw missing();
      return updated;
    },
    setChecks: async (caller: Caller, reference: Reference, checks: string | null): Promise<void> => {
      const row = await getWritable(caller, reference);
      const app = await catalogue.find(row.app);
      const hasFindings = app !== undefined && dataHasFindings(app, checks);
      await db.transaction().execute(async (tx) => {
        await store.update(tx, row.id, { checks, updated_at: deps.clock.now() });
        await store.setExecutionFindings(tx, row.id, hasFindings);
      });
    },
    delete: async (caller: Caller, reference: Reference): Promise<void> => {
      const row = await getWritable(caller, reference);
      for (const runId of await deps.executions.listRunIds(row.id))
        await deps.leftBehind.endRun(caller, runId);
      const withFiles = await deps.executions.listWithFiles(row.id);
      await store.delete(db, row.id);
      await deps.leftBehind.forgetFiles(withFiles);
    },
  };
};
export type Instances = ReturnType<typeof createInstances>;
