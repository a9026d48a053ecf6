import { found, proseOf } from '@dumont/contracts/findings';
import type { System } from '@dumont/contracts/pipelines/pipelines';
import type { Clock } from '../../../kernel/clock.ts';
import type { Database } from '../../../kernel/db/database.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { RunsApi } from '../../runs/index.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { CataloguedSystem, Catalogue } from '../manifests/catalogue.ts';
import { invalidPath, type CheckedPath, type Paths } from '../paths/paths.ts';
import type { Actor, ChangeSettings } from '../settings-change.ts';
import { checkOptions, effectiveOptions } from './options.ts';
import { listSettings, saveSettings, type SystemSettings } from './settings-store.ts';

export interface Systems {
  /** Every system as it stands in the project, in order. */
  list(projectId: string): Promise<readonly System[]>;
  /** Throws `system.not_found`. */
  get(projectId: string, id: string): Promise<System>;
  /** Throws `system.not_found`, `system.option` and `request.invalid`. */
  update(
    actor: Actor,
    id: string,
    change: {
      readonly active?: boolean | undefined;
      readonly options?: Readonly<Record<string, unknown>> | undefined;
    },
  ): Promise<System>;
}

/** What of a project the state of its systems follows from. */
interface ProjectState {
  readonly settings: ReadonlyMap<string, SystemSettings>;
  readonly complete: ReadonlySet<string>;
  readonly saved: ReadonlySet<string>;
  readonly paths: ReadonlyMap<string, CheckedPath>;
  readonly latest: Awaited<ReturnType<RunsApi['latestParts']>>;
}

const problemsOf = (
  { definition, pipeline }: CataloguedSystem,
  active: boolean,
  { complete, paths }: ProjectState,
): string[] => {
  const { id } = definition;
  const missing = definition.credentials.filter((key) => !complete.has(key));
  const names = new Set([...pipeline.manifest.paths, ...definition.paths]);
  return [
    ...(active ? [] : [proseOf(found('system.inactive', { id }))]),
    ...missing.map((credential) => proseOf(found('credential.missing', { id, credential }))),
    ...[...names].flatMap((name) => {
      const checked = paths.get(name);
      return checked === undefined || checked.ok ? [] : [invalidPath(name, checked).message];
    }),
  ];
};

const lastRunOf = (latest: ReturnType<ProjectState['latest']['get']>): System['lastRun'] => {
  if (latest === undefined) return null;
  const { run, part } = latest;
  return {
    runId: run.id,
    number: run.number,
    state: part.state,
    progress: part.progress,
    estimated: part.estimated,
    message: part.message ?? (part.state === 'failed' ? (run.error?.message ?? null) : null),
    at: run.finishedAt ?? run.startedAt ?? run.queuedAt,
  };
};

const toWire = (system: CataloguedSystem, state: ProjectState): System => {
  const { definition, pipeline } = system;
  const settings = state.settings.get(definition.id);
  const active = settings?.active ?? true;
  const values = effectiveOptions(definition, settings?.options ?? {});
  return {
    id: definition.id,
    pipelineId: pipeline.manifest.id,
    label: definition.label,
    name: definition.name,
    description: definition.description,
    icon: definition.icon,
    order: definition.order,
    active,
    options: definition.options.map((option) => ({
      name: option.name,
      type: option.type,
      ...(option.type === 'choice' ? { choices: option.choices } : {}),
      value: values[option.name] ?? option.default,
      default: option.default,
      description: option.description,
    })),
    credentials: definition.credentials.map((key) => ({ key, saved: state.saved.has(key) })),
    paths: definition.paths.map((name) => ({
      name,
      saved: state.paths.get(name)?.configured !== undefined,
    })),
    knownFunds: definition.knownFunds,
    problems: problemsOf(system, active, state),
    lastRun: lastRunOf(state.latest.get(definition.id)),
  };
};

export const createSystems = (deps: {
  db: Database;
  clock: Clock;
  catalogue: Catalogue;
  runs: Pick<RunsApi, 'latestParts'>;
  credentials: Pick<Credentials, 'list' | 'listComplete'>;
  paths: Pick<Paths, 'check'>;
  changeSettings: ChangeSettings;
}): Systems => {
  const readState = async (projectId: string): Promise<ProjectState> => {
    const [settings, complete, credentials, paths, latest] = await Promise.all([
      listSettings(deps.db, projectId),
      deps.credentials.listComplete(projectId),
      deps.credentials.list(projectId),
      deps.paths.check(projectId, [...deps.catalogue.pathNames.keys()]),
      deps.runs.latestParts(projectId, 'pipeline'),
    ]);
    const saved = new Set(credentials.filter((credential) => credential.saved).map(({ key }) => key));
    return { settings, complete, saved, paths, latest };
  };

  const getSystem = (id: string): CataloguedSystem => {
    const system = deps.catalogue.findSystem(id);
    if (system === undefined) throw new AppError('system.not_found', { id });
    return system;
  };

  const get = async (projectId: string, id: string): Promise<System> =>
    toWire(getSystem(id), await readState(projectId));

  return {
    get,

    list: async (projectId) => {
      const state = await readState(projectId);
      return deps.catalogue.systems.map((system) => toWire(system, state));
    },

    update: async (actor, id, { active, options }) => {
      const { definition } = getSystem(id);
      const checked = checkOptions(definition, options ?? {}, 'body.options');
      if (active !== undefined || Object.keys(checked).length > 0) {
        const details = { ...(active === undefined ? {} : { active }), options: { ...checked } };
        await deps.changeSettings(
          [
            {
              ...actor,
              action: 'system.changed',
              subjectType: 'system',
              subjectId: id,
              systems: [id],
              details,
            },
          ],
          (executor) =>
            saveSettings(executor, {
              projectId: actor.projectId,
              systemId: id,
              active,
              options: checked,
              at: deps.clock.now(),
            }),
        );
      }
      return get(actor.projectId, id);
    },
  };
};
