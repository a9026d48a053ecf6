import { scopeOf, type Caller } from '../../../kernel/access/caller.ts';
import { DoorError, type DoorRequest, type DoorRoute } from '../door.ts';
import {
  document as json,
  integer,
  listFields,
  nullable,
  optional,
  readBody,
  required,
  text,
} from '../fields.ts';
import { created, deleted, ok, orMissing, updated } from './answers.ts';
import { appNamed, demandApp } from './apps.ts';
import { showCase, showCases } from './case-answers.ts';
import type { ObjectDeps } from './deps.ts';
import { caseDetailForm, caseForm } from './forms/case-form.ts';
import { readListQuery } from './list-query.ts';
import { caseIn, numberReference } from './references.ts';
import { raw } from './json-text.ts';
import { caseReaders, caseWriters } from './roles.ts';
import { description, title } from './titles.ts';

const list = { view: 'case', rule: '/case/' } as const;
export const caseDetail = { view: 'case-detail', rule: '/case/<int:idx>/' } as const;
export const caseData = { view: 'case-data', rule: '/case/<int:idx>/data/' } as const;

/** The folder that a case is put into; undefined for the top. */
export const findFolder = async (
  deps: ObjectDeps,
  caller: Caller,
  number: number | null | undefined,
  missing = 'Parent does not exist',
): Promise<{ number: number } | undefined> => {
  if (number === null || number === undefined) return undefined;
  const find = async () => deps.optimization.cases.getWritable(caller, numberReference(number));
  const folder = await orMissing(find(), missing);
  if (folder.data_hash !== null) throw new DoorError(400, 'Parent cannot be a case');
  return { number };
};

const createCaseFields = {
  name: required(title),
  schema: required(text),
  description: optional(description),
  parent_id: nullable(integer),
  data: optional(json),
  checks: nullable(json),
  solution: nullable(json),
  solution_checks: nullable(json),
  kpis: nullable(json),
};

const editCaseFields = {
  name: optional(title),
  description: optional(description),
  parent_id: nullable(integer),
};

export const createCaseRoutes = (deps: ObjectDeps): readonly DoorRoute[] => {
  const { cases, stores } = deps.optimization;

  const listCases = async ({ user, query }: DoorRequest) => {
    const filter = readListQuery(query);
    if (filter === undefined) return ok([]);
    const rows = await stores.cases.list(scopeOf(user.caller, 'optimization:read'), filter);
    return ok(await showCases(deps, rows, caseDetailForm));
  };

  const createCase = async ({ user, document }: DoorRequest) => {
    const body = readBody(document, createCaseFields);
    const app = appNamed(body.schema);
    await deps.optimization.catalogue.get(app);
    await demandApp(deps, user, app);
    const row = await cases.create(user.caller, {
      parent: await findFolder(deps, user.caller, body.parent_id),
      app,
      name: body.name,
      description: body.description ?? '',
      data: body.data,
      solution: body.solution ?? undefined,
      checks: body.checks?.text,
      solutionChecks: body.solution_checks?.text,
      kpis: body.kpis?.text,
    });
    return created(await showCase(deps, row, caseForm));
  };

  const getCase = async (request: DoorRequest) =>
    ok(await showCase(deps, await cases.get(request.user.caller, caseIn(request)), caseDetailForm));

  const editCase = async (request: DoorRequest) => {
    const { caller } = request.user;
    const { parent_id: parentId, ...edit } = readBody(request.document, editCaseFields);
    const row = await cases.getWritable(caller, caseIn(request));
    const missing = 'The data entity does not exist on the database.';
    const parent =
      parentId === undefined ? undefined : ((await findFolder(deps, caller, parentId, missing)) ?? null);
    await cases.update(caller, { id: row.id }, { ...edit, parent });
    return updated;
  };

  const deleteCase = async (request: DoorRequest) => {
    await cases.delete(request.user.caller, caseIn(request));
    return deleted;
  };

  const getData = async (request: DoorRequest) => {
    const row = await cases.getPacked(request.user.caller, caseIn(request));
    return ok({
      ...(await showCase(deps, row, caseDetailForm)),
      data: raw(row.data),
      checks: raw(row.checks),
      solution: raw(row.solution),
      solution_checks: raw(row.solution_checks),
      kpis: raw(row.kpis),
    });
  };

  return [
    { ...list, method: 'GET', roles: caseReaders, query: listFields, handle: listCases },
    {
      ...list,
      method: 'POST',
      roles: caseWriters,
      takesGzip: true,
      body: createCaseFields,
      handle: createCase,
    },
    { ...caseDetail, method: 'GET', roles: caseReaders, handle: getCase },
    { ...caseDetail, method: 'PUT', roles: caseWriters, body: editCaseFields, handle: editCase },
    { ...caseDetail, method: 'DELETE', roles: caseWriters, handle: deleteCase },
    { ...caseData, method: 'GET', roles: caseReaders, handle: getData },
  ];
};
