import { demand, projectFor, type Caller } from '../../../kernel/access/caller.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Database } from '../../../kernel/db/database.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Packed } from '../../../kernel/packed/packed.ts';
import type { Random } from '../../../kernel/random.ts';
import type { Catalogue } from '../apps/catalogue.ts';
import type { SchemaName } from '../apps/read-apps.ts';
import type { CheckedDocument, Documents, Given } from '../documents-in.ts';
import type { Executions } from '../executions/executions.ts';
import type { Instances, Reference as KeyReference } from '../instances/instances.ts';
import { readable, writable } from '../reached.ts';
import type { CaseChange, CaseDocuments, CaseRow, CaseStore } from './case-store.ts';

export type CaseReference = { readonly id: string } | { readonly number: number };

export interface NewCaseRequest {
  readonly projectId?: string | undefined;
  readonly parent: CaseReference | undefined;
  readonly app: string;
  readonly name: string;
  readonly description: string;
  readonly data?: Given | Packed | undefined;
  readonly solution?: Given | Packed | undefined;
  readonly checks?: string | null | undefined;
  readonly solutionChecks?: string | null | undefined;
  readonly kpis?: string | null | undefined;
}

export interface CasePatches {
  readonly data?: Given | undefined;
  readonly solution?: Given | undefined;
}

const dataColumns = (document: CheckedDocument | undefined) => ({
  data: document?.packed ?? null,
  data_hash: document?.hash ?? null,
});
const solutionColumns = (document: CheckedDocument | undefined) => ({
  solution: document?.packed ?? null,
  solution_hash: document?.hash ?? null,
  indicators: document?.indicators ?? '',
});

/** What stands for a document that is not there. */
const nothing: Packed = Buffer.from('null');

export const createCases = (deps: {
  db: Database;
  store: CaseStore;
  catalogue: Catalogue;
  documents: Documents;
  instances: Pick<Instances, 'getPacked'>;
  executions: Pick<Executions, 'getPacked'>;
  clock: Clock;
  random: Random;
}) => {
  const { db, store, catalogue, documents } = deps;
  const missing = (): AppError => new AppError('optimization.case_not_found');

  const readableBy = readable('optimization.case_not_found');
  const get = readableBy(store.find);
  const getWritable = writable(get);
  /** With its documents as they are kept, to be sent on. */
  const getPacked = readableBy(store.findPacked);

  const getFolder = async (caller: Caller, reference: CaseReference): Promise<CaseRow> => {
    const folder = await getWritable(caller, reference);
    if (folder.data_hash !== null) throw new AppError('optimization.not_a_folder');
    return folder;
  };

  const insert = async (
    caller: Caller,
    place: { projectId: string; parentId: string | null },
    row: Pick<CaseRow, 'name' | 'description' | 'app' | 'data_hash' | 'solution_hash'> &
      CaseDocuments & { indicators?: string },
  ): Promise<CaseRow> => {
    const now = deps.clock.now();
    return store.insert(db, {
      id: deps.random.id(),
      project_id: place.projectId,
      owner_id: caller.userId,
      parent_id: place.parentId,
      created_at: now,
      updated_at: now,
      ...row,
    });
  };

  const move = async (row: CaseRow, folder: CaseRow | undefined, change: CaseChange): Promise<CaseRow> => {
    const moved = await db.transaction().execute(async (tx) => {
      await store.lockMoves(tx);
      if (folder !== undefined && (await store.listAncestors(tx, folder.id)).includes(row.id))
        throw new AppError('optimization.into_itself');
      return store.update(tx, row.id, { ...change, parent_id: folder?.id ?? null });
    });
    if (moved === undefined) throw missing();
    return moved;
  };

  const create = async (caller: Caller, request: NewCaseRequest): Promise<CaseRow> => {
    const folder = request.parent === undefined ? undefined : await getFolder(caller, request.parent);
    const projectId = folder?.project_id ?? projectFor(caller, 'optimization:write', request.projectId);
    const app = await catalogue.get(request.app);
    const data =
      request.data === undefined ? undefined : await documents.readChecked(app, 'instance', request.data);
    const solution =
      request.solution === undefined
        ? undefined
        : await documents.readChecked(app, 'solution', request.solution);
    return insert(
      caller,
      { projectId, parentId: folder?.id ?? null },
      {
        name: request.name,
        description: request.description,
        app: app.id,
        ...dataColumns(data),
        ...solutionColumns(solution),
        checks: request.checks ?? null,
        solution_checks: request.solutionChecks ?? null,
        kpis: request.kpis ?? null,
      },
    );
  };

  const patched = async (row: CaseRow & CaseDocuments, patches: CasePatches): Promise<CaseChange> => {
    const app = await catalogue.get(row.app);
    if (patches.data !== undefined && row.data === null)
      throw new AppError('optimization.document', { what: 'patch', reason: 'a folder has no data' });
    const apply = async (name: SchemaName, kept: Packed | null, patch: Given | undefined) =>
      patch === undefined ? undefined : documents.readPatched(app, name, kept ?? nothing, patch);
    const data = await apply('instance', row.data, patches.data);
    const solution = await apply('solution', row.solution, patches.solution);
    return {
      ...(data === undefined ? {} : { ...dataColumns(data), checks: null }),
      ...(solution === undefined ? {} : solutionColumns(solution)),
      solution_checks: null,
      kpis: null,
      updated_at: deps.clock.now(),
    };
  };

  return {
    get,
    getWritable,
    getPacked,
    create,
    /** With data, checks, and of an execution its solution and what is known of it. */
    createFrom: async (
      caller: Caller,
      source: { instance: KeyReference } | { execution: KeyReference },
      request: Pick<NewCaseRequest, 'parent' | 'app' | 'name' | 'description' | 'projectId'>,
    ): Promise<CaseRow> => {
      const execution =
        'execution' in source ? await deps.executions.getPacked(caller, source.execution) : undefined;
      const instance = await deps.instances.getPacked(
        caller,
        'instance' in source ? source.instance : { id: execution?.instance_id ?? '' },
      );
      return create(caller, {
        ...request,
        projectId: request.projectId ?? instance.project_id,
        data: instance.data,
        checks: instance.checks,
        solution: execution?.solution ?? undefined,
        solutionChecks: execution?.solution_checks,
        kpis: execution?.kpis,
      });
    },
    update: async (
      caller: Caller,
      reference: CaseReference,
      edit: {
        name?: string | undefined;
        description?: string | undefined;
        /** Null: to the top. */
        parent?: CaseReference | null | undefined;
      },
    ): Promise<CaseRow> => {
      const row = await getWritable(caller, reference);
      const change: CaseChange = {
        ...(edit.name === undefined ? {} : { name: edit.name }),
        ...(edit.description === undefined ? {} : { description: edit.description }),
        updated_at: deps.clock.now(),
      };
      if (edit.parent !== undefined)
        return move(row, edit.parent === null ? undefined : await getFolder(caller, edit.parent), change);
      const updated = await store.update(db, row.id, change);
      if (updated === undefined) throw missing();
      return updated;
    },
    setChecks: async (
      caller: Caller,
      reference: CaseReference,
      change: Pick<CaseChange, 'checks' | 'solution_checks' | 'kpis'>,
    ): Promise<void> => {
      const row = await getWritable(caller, reference);
      await store.update(db, row.id, { ...change, updated_at: deps.clock.now() });
    },
    /**
     * Operations of RFC 6902 on data and solution: both or neither. Takes away the checks of what was there before.
     * What another patch changed meanwhile is patched once more, as it is by then.
     */
    patch: async (caller: Caller, reference: CaseReference, patches: CasePatches): Promise<CaseRow> => {
      for (;;) {
        await getWritable(caller, reference);
        const row = await getPacked(caller, reference);
        const updated = await store.update(db, row.id, await patched(row, patches), row);
        if (updated !== undefined) return updated;
      }
    },
    copy: async (
      caller: Caller,
      reference: CaseReference,
      name: (of: string) => string,
    ): Promise<CaseRow> => {
      const row = await getPacked(caller, reference);
      demand(caller, 'optimization:write', { projectId: row.project_id, ownerId: caller.userId });
      const { data, checks, solution, solution_checks, kpis, data_hash, solution_hash, indicators } = row;
      return insert(
        caller,
        { projectId: row.project_id, parentId: row.parent_id },
        {
          name: name(row.name).slice(0, 256),
          description: row.description,
          app: row.app,
          data,
          checks,
          solution,
          solution_checks,
          kpis,
          data_hash,
          solution_hash,
          indicators,
        },
      );
    },
    delete: async (caller: Caller, reference: CaseReference): Promise<void> => {
      const row = await getWritable(caller, reference);
      await store.delete(db, row.id);
    },
    /** Operations of RFC 6902 that turn one into the other, as text; undefined where a part was not asked for. */
    compare: async (
      caller: Caller,
      from: CaseReference,
      to: CaseReference,
      parts: { data: boolean; solution: boolean },
    ): Promise<{ data: string | undefined; solution: string | undefined }> => {
      const [a, b] = [await getPacked(caller, from), await getPacked(caller, to)];
      if (a.app !== b.app) throw new AppError('optimization.case_app');
      return {
        data: parts.data ? await documents.compare(a.data ?? nothing, b.data ?? nothing) : undefined,
        solution: parts.solution
          ? await documents.compare(a.solution ?? nothing, b.solution ?? nothing)
          : undefined,
      };
    },
  };
};
export type Cases = ReturnType<typeof createCases>;
