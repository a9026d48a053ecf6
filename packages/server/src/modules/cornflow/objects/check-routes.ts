import type { ExecutionRow } from '../../optimization/index.ts';
import { isOpen } from '../../optimization/index.ts';
import { DoorError, type DoorAnswer, type DoorRequest, type DoorRoute } from '../door.ts';
import { created, orMissing } from './answers.ts';
import { demandApp } from './apps.ts';
import type { ObjectDeps } from './deps.ts';
import { executionForm } from './forms/execution-form.ts';
import { readMakers } from './forms/makers.ts';
import { isToRun, launchQuery } from './launch-routes.ts';
import { caseIn, executionIn, instanceIn } from './references.ts';
import { caseWriters } from './roles.ts';
import { derivedTitle } from './titles.ts';

/** Checks and KPIs of what is there, without solving. */
export const createCheckRoutes = (deps: ObjectDeps): readonly DoorRoute[] => {
  const { instances, executions, cases } = deps.optimization;

  const answer = async (row: ExecutionRow): Promise<DoorAnswer> =>
    created(executionForm(row, await readMakers(deps, [row])));

  const checkExecution = async (request: DoorRequest) => {
    const { user, query } = request;
    const find = async () => executions.getWritable(user.caller, executionIn(request));
    const row = await orMissing(find(), 'The execution to check does not exist');
    await demandApp(deps, user, row.app);
    if (isOpen(row.state)) throw new DoorError(400, 'The execution is still running');
    return answer(await executions.check(user.caller, { id: row.id }, isToRun(query)));
  };

  const checkInstance = async (request: DoorRequest) => {
    const { user, query } = request;
    const find = async () => instances.get(user.caller, instanceIn(request));
    const instance = await orMissing(find(), 'The instance to check does not exist');
    await demandApp(deps, user, instance.app);
    return answer(
      await executions.create(user.caller, {
        instance: { id: instance.id },
        name: derivedTitle(`data_check_instance_${instance.name}`),
        description: '',
        config: '{}',
        task: 'check',
        start: isToRun(query),
      }),
    );
  };

  const checkCase = async (request: DoorRequest) => {
    const { user, query } = request;
    const find = async () => cases.getPacked(user.caller, caseIn(request));
    const row = await orMissing(find(), 'The case to check does not exist');
    await demandApp(deps, user, row.app);
    if (row.data === null) throw new DoorError(400, 'A directory has no data to check');
    const name = derivedTitle(`data_check_case_${row.name}`);
    // In no list: it is there because executions are of instances.
    const instance = await instances.create(user.caller, {
      projectId: row.project_id,
      app: row.app,
      name,
      description: '',
      data: row.data,
      hidden: true,
    });
    try {
      const execution = await executions.create(user.caller, {
        instance: { id: instance.id },
        name,
        description: '',
        config: '{}',
        solution: row.solution ?? undefined,
        task: 'check',
        start: isToRun(query),
        caseId: row.id,
      });
      return await answer(execution);
    } catch (error) {
      await instances.delete(user.caller, { id: instance.id });
      throw error;
    }
  };

  const checks = [
    ['execution', '<string:idx>', checkExecution],
    ['instance', '<string:idx>', checkInstance],
    ['case', '<int:idx>', checkCase],
  ] as const;
  // The shorter address is that of older clients.
  return ['data-check', 'data-check-kpis'].flatMap((address) =>
    checks.map(([what, parameter, handle]) => ({
      view: `${address}-${what}`,
      rule: `/${address}/${what}/${parameter}/`,
      method: 'POST' as const,
      roles: caseWriters,
      query: launchQuery,
      handle,
    })),
  );
};
