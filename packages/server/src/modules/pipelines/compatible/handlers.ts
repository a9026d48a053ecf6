import { AppError } from '../../../kernel/errors.ts';
import { projectFor, reaches, scopeOf, type Caller } from '../../../kernel/access/caller.ts';
import type { Handlers, RequestContext } from '../../../kernel/http/handlers.ts';
import { finalStates, type RunState } from '@dumont/contracts/runs/runs';
import type { Credential } from '@dumont/contracts/pipelines/settings';
import type { RunsApi } from '../../runs/index.ts';
import { passwordMask, type CredentialChange, type Credentials } from '../credentials/credentials.ts';
import type { Funds } from '../funds/funds.ts';
import type { Catalogue } from '../manifests/catalogue.ts';
import type { Paths } from '../paths/paths.ts';
import { actorIn } from '../routes.ts';
import type { Actor } from '../settings-change.ts';
import { fromText } from '../systems/options.ts';
import type { Systems } from '../systems/systems.ts';
import { findBranch, toChanges, toTree, type Tree } from './credential-tree.ts';
import { toRunRequest, type ExecuteRequest } from './execute.ts';
import { statesOf, toJob, toLog, toSistema, type JobStatus } from './wire.ts';

export type CompatibleOperation =
  | 'listarSistemas'
  | 'listarSistemasAtivos'
  | 'lerSistema'
  | 'alternarSistema'
  | 'definirOpcao'
  | 'lerCredenciais'
  | 'salvarCredenciais'
  | 'lerCredencial'
  | 'lerConfig'
  | 'salvarConfig'
  | 'lerPaths'
  | 'lerFundos'
  | 'executar'
  | 'executarSistema'
  | 'cancelarJob'
  | 'listarJobs'
  | 'historicoJobs'
  | 'lerJob';

/** Of a job's log, its end. */
const maxLogLines = 5000;

const missing = (...fields: string[]): AppError =>
  new AppError(
    'request.invalid',
    { count: fields.length },
    {
      issues: fields.map((field) => ({
        path: `body.${field}`,
        message: 'is needed, in the body or in the query',
      })),
    },
  );

/** Earlier clients send everything back when they save: what says nothing new is left alone. */
const changesSomething = (change: CredentialChange, present: Credential | undefined): boolean =>
  (change.url !== undefined && change.url !== (present?.url ?? '')) ||
  (change.username !== undefined && change.username !== (present?.username ?? '')) ||
  (change.password !== undefined &&
    change.password !== passwordMask &&
    (change.password !== '' || present?.hasPassword === true));

export const createCompatibleHandlers = (deps: {
  catalogue: Catalogue;
  systems: Systems;
  credentials: Credentials;
  paths: Paths;
  funds: Funds;
  runs: RunsApi;
}): Handlers<CompatibleOperation> => {
  const listSistemas = async (caller: Caller) => {
    const projectId = projectFor(caller, 'pipelines:read', undefined);
    const [systems, selections] = await Promise.all([
      deps.systems.list(projectId),
      deps.funds.listSelections(projectId),
    ]);
    return systems.map((system) => toSistema(system, selections.get(system.id)?.cnpjs ?? []));
  };

  const saveTree = async (actor: Actor, tree: Tree): Promise<void> => {
    const present = await deps.credentials.list(actor.projectId);
    const byKey = new Map(present.map((credential) => [credential.key, credential]));
    const changes = toChanges(tree, new Set(byKey.keys()));
    await deps.credentials.save(
      actor,
      changes.filter((change) => changesSomething(change, byKey.get(change.key))),
    );
  };

  const readPaths = async (projectId: string): Promise<Record<string, string | null>> =>
    Object.fromEntries((await deps.paths.list(projectId)).map(({ name, path }) => [name, path]));

  const readFunds = async (projectId: string) =>
    Object.fromEntries(
      [...(await deps.funds.listSelections(projectId))].map(([id, { useAll, cnpjs }]) => [
        id,
        { fundos_selecionados: [...cnpjs], usar_todos: useAll },
      ]),
    );

  const execute = async (caller: Caller, context: RequestContext, request: ExecuteRequest) => {
    const run = await deps.runs.startRun(caller, {
      kind: 'pipeline',
      ...toRunRequest(deps.catalogue, request),
      ...(context.idempotencyKey === undefined ? {} : { idempotencyKey: context.idempotencyKey }),
    });
    return { status: 'queued' as const, message: `Execução ${run.number} na fila`, job_id: run.number };
  };

  const listJobs = async (
    caller: Caller,
    query: { limit: number; offset: number; status?: JobStatus | undefined },
    among?: readonly RunState[],
  ) => {
    const { limit, offset } = query;
    const wanted = query.status === undefined ? among : statesOf(query.status);
    const states = wanted?.filter((state) => among === undefined || among.includes(state));
    if (states?.length === 0) return { jobs: [], total: 0, limit, offset };
    const { runs, total } = await deps.runs.listRunsByOffset(scopeOf(caller, 'runs:read'), {
      kind: 'pipeline',
      ...(states === undefined ? {} : { states }),
      offset,
      limit,
    });
    return { jobs: runs.map(toJob), total, limit, offset };
  };

  /** Undefined for a run that is no job of a pipeline too: nothing here speaks of those. */
  const findJob = async (caller: Caller, number: number) => {
    const run = await deps.runs.findRunByNumber(scopeOf(caller, 'runs:read'), number);
    return run?.kind === 'pipeline' ? run : undefined;
  };

  return {
    listarSistemas: async ({ caller }) => ({ sistemas: await listSistemas(caller) }),
    listarSistemasAtivos: async ({ caller }) => ({
      sistemas: (await listSistemas(caller)).filter(({ ativo }) => ativo),
    }),
    lerSistema: async ({ caller, params }) => {
      const found = (await listSistemas(caller)).find(({ id }) => id === params.id);
      if (found === undefined) throw new AppError('system.not_found', { id: params.id });
      return found;
    },

    alternarSistema: async ({ caller, context, params, query, body }) => {
      const active = body?.ativo ?? (query.ativo === undefined ? undefined : query.ativo === 'true');
      if (active === undefined) throw missing('ativo');
      const actor = actorIn(caller, context, 'pipelines:write');
      const { id, ativo, status } = toSistema(await deps.systems.update(actor, params.id, { active }), []);
      return { id, ativo, status };
    },

    definirOpcao: async ({ caller, context, params, query, body }) => {
      const system = deps.catalogue.findSystem(params.id);
      if (system === undefined) throw new AppError('system.not_found', { id: params.id });
      const opcao = body?.opcao ?? query.opcao;
      const given = body?.valor ?? query.valor;
      if (opcao === undefined || opcao === '' || given === undefined) {
        throw missing(
          ...(opcao === undefined || opcao === '' ? ['opcao'] : []),
          ...(given === undefined ? ['valor'] : []),
        );
      }
      const valor = typeof given === 'string' ? fromText(system.definition, opcao, given) : given;
      const actor = actorIn(caller, context, 'pipelines:write');
      await deps.systems.update(actor, params.id, { options: { [opcao]: valor } });
      return { id: params.id, opcao, valor };
    },

    lerCredenciais: async ({ caller }) =>
      toTree(await deps.credentials.list(projectFor(caller, 'credentials:read', undefined))),
    salvarCredenciais: async ({ caller, context, body }) => {
      await saveTree(actorIn(caller, context, 'credentials:write'), body);
      return { status: 'success', message: 'Credenciais salvas' };
    },
    lerCredencial: async ({ caller, params }) => {
      const credentials = await deps.credentials.list(projectFor(caller, 'credentials:read', undefined));
      const branch = findBranch(credentials, params.id);
      if (branch === undefined) throw new AppError('credential.not_found', { key: params.id });
      return branch;
    },

    lerConfig: async ({ caller }) => {
      const projectId = projectFor(caller, 'credentials:read', undefined);
      const [credentials, paths, fundos] = await Promise.all([
        deps.credentials.list(projectId),
        readPaths(projectId),
        readFunds(projectId),
      ]);
      return { credentials: toTree(credentials), paths, fundos };
    },
    salvarConfig: async ({ caller, context, body }) => {
      const actor = actorIn(caller, context, 'credentials:write');
      if (body.paths !== undefined) {
        const changes = Object.entries(body.paths).map(([name, path]) => ({
          name,
          path: path || null,
          create: false,
        }));
        const present = await readPaths(actor.projectId);
        await deps.paths.save(
          { ...actor, projectId: projectFor(caller, 'pipelines:write', actor.projectId) },
          changes.filter(({ name, path }) => !(name in present) || present[name] !== path),
        );
      }
      if (body.fundos !== undefined) {
        await deps.funds.select(
          { ...actor, projectId: projectFor(caller, 'pipelines:write', actor.projectId) },
          Object.entries(body.fundos).map(([systemId, { usar_todos, fundos_selecionados }]) => ({
            systemId,
            useAll: usar_todos,
            cnpjs: fundos_selecionados,
          })),
        );
      }
      if (body.credentials !== undefined) await saveTree(actor, body.credentials);
      return { status: 'success', message: 'Configuração salva' };
    },
    lerPaths: async ({ caller }) => ({
      paths: await readPaths(projectFor(caller, 'pipelines:read', undefined)),
    }),
    lerFundos: ({ caller }) => readFunds(projectFor(caller, 'pipelines:read', undefined)),

    executar: ({ caller, context, body }) => execute(caller, context, body),
    executarSistema: ({ caller, context, params, body }) =>
      execute(caller, context, { ...body, sistemas: [params.id] }),

    cancelarJob: async ({ caller, params }) => {
      const run = await findJob(caller, params.id);
      if (run === undefined) return { status: 'error', message: `A execução ${params.id} não existe` };
      const owner = { projectId: run.projectId, ownerId: run.createdBy?.id ?? null };
      if (!reaches(scopeOf(caller, 'runs:write'), owner)) {
        throw new AppError('access.forbidden', { permission: 'runs:write' });
      }
      try {
        await deps.runs.cancelRun(caller, run.id);
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'run.finished') throw error;
        return { status: 'error', message: `A execução ${run.number} já terminou` };
      }
      return { status: 'cancelled', message: `Execução ${run.number} cancelada` };
    },

    listarJobs: ({ caller, query }) => listJobs(caller, query),
    historicoJobs: ({ caller, query }) => listJobs(caller, query, finalStates),
    lerJob: async ({ caller, params }) => {
      const run = await findJob(caller, params.id);
      if (run === undefined) throw new AppError('run.not_found');
      const lines = await deps.runs.readLog(run.id, Math.max(0, run.logLines - maxLogLines), maxLogLines);
      return { ...toJob(run), logs: lines.map(toLog) };
    },
  };
};
