import type { Caller } from '../../../kernel/access/caller.ts';
import { AppError } from '../../../kernel/errors.ts';
import { childrenOf, kindOf, membersOf, pythonRepr, type JsonDocument } from '../../optimization/index.ts';
import { DoorError, type DoorRequest, type DoorRoute } from '../door.ts';
import { document as json, flag, optional, readBody, readQuery } from '../fields.ts';
import { ok, orMissing, said } from './answers.ts';
import { caseData, caseDetail } from './case-routes.ts';
import type { ObjectDeps } from './deps.ts';
import { raw } from './json-text.ts';
import { caseIn } from './references.ts';
import { caseReaders, caseWriters } from './roles.ts';

type Faults = Readonly<Record<string, readonly string[]>>;

const faultsOf = (patch: JsonDocument, node: number): Faults => {
  const { tape } = patch;
  if (kindOf(tape, node) !== 'object') return { _schema: ['Invalid input type.'] };
  const members = membersOf(tape, node);
  const faults: Record<string, readonly string[]> = {};
  for (const name of ['op', 'path'] as const) {
    const value = members.get(name);
    if (value === undefined) faults[name] = ['Missing data for required field.'];
    else if (kindOf(tape, value) !== 'string') faults[name] = ['Not a valid string.'];
  }
  // `from` is among these: nothing is moved or copied.
  for (const name of members.keys())
    if (!['op', 'path', 'value'].includes(name)) faults[name] = ['Unknown field.'];
  return faults;
};

/** A client that has so many of them wrong learns no more from the rest. */
const shownFaults = 100;

/** Of values only the kind is looked at: what is below them may be tens of megabytes. */
const demandOperations = (field: string, patch: JsonDocument | undefined): void => {
  if (patch === undefined) return;
  const refuse = (faults: unknown): DoorError =>
    new DoorError(400, pythonRepr({ json: { [field]: faults } }));
  if (kindOf(patch.tape, patch.root) !== 'array') throw refuse(['Invalid type.']);
  const faults = new Map<number, Faults>();
  for (const [index, node] of childrenOf(patch.tape, patch.root).entries()) {
    if (faults.size >= shownFaults) break;
    const found = faultsOf(patch, node);
    if (Object.keys(found).length > 0) faults.set(index, found);
  }
  if (faults.size > 0) throw refuse(faults);
};

const patchCaseFields = {
  data_patch: optional(json),
  solution_patch: optional(json),
};

const compareCasesQuery = {
  data: optional(flag),
  solution: optional(flag),
};

/** Changes of a case in operations of RFC 6902, and what such operations turn one case into another. */
export const createCasePatchRoutes = (deps: ObjectDeps): readonly DoorRoute[] => {
  const { cases } = deps.optimization;

  const patchCase = async (request: DoorRequest) => {
    const { data_patch: data, solution_patch: solution } = readBody(request.document, patchCaseFields);
    demandOperations('data_patch', data);
    demandOperations('solution_patch', solution);
    try {
      await cases.patch(request.user.caller, caseIn(request), { data, solution });
    } catch (error) {
      const isOfPatch =
        error instanceof AppError &&
        error.code === 'optimization.document' &&
        error.params['what'] === 'patch';
      throw isOfPatch ? new DoorError(400, 'The json patch sent is not valid') : error;
    }
    return said('Patched correctly');
  };

  const findCase = async (caller: Caller, request: DoorRequest, name: string) =>
    cases.get(caller, caseIn(request, name));

  const compareCases = async (request: DoorRequest) => {
    const { caller } = request.user;
    const { data = true, solution = true } = readQuery(request.query, compareCasesQuery);
    if (Number(request.params['idx1']) === Number(request.params['idx2']))
      throw new DoorError(400, 'The case identifiers should be different.');
    const missing = (which: string): string =>
      `You don't have access to the ${which} case or it doesn't exist`;
    const first = await orMissing(findCase(caller, request, 'idx1'), missing('first'));
    const second = await orMissing(findCase(caller, request, 'idx2'), missing('second'));
    if (first.app !== second.app)
      throw new DoorError(400, 'The cases asked to compare do not share the same schema');
    const patches = await cases.compare(caller, { id: first.id }, { id: second.id }, { data, solution });
    return ok({
      data_patch: patches.data === undefined ? undefined : raw(patches.data),
      solution_patch: patches.solution === undefined ? undefined : raw(patches.solution),
    });
  };

  const patch = {
    method: 'PATCH',
    roles: caseWriters,
    takesGzip: true,
    body: patchCaseFields,
    handle: patchCase,
  } as const;
  return [
    { ...caseData, ...patch },
    // The client sends it here.
    { ...caseDetail, ...patch },
    {
      view: 'case-compare',
      rule: '/case/<int:idx1>/<int:idx2>/',
      method: 'GET',
      roles: caseReaders,
      query: compareCasesQuery,
      handle: compareCases,
    },
  ];
};
