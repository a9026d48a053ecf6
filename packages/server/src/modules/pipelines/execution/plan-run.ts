import type { SystemDefinition } from '@dumont/contracts/pipelines/manifest';
import type { Clock } from '../../../kernel/clock.ts';
import type { Database } from '../../../kernel/db/database.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { PlanRequest, RunPlan } from '../../runs/index.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { Catalogue, Pipeline } from '../manifests/catalogue.ts';
import { invalidPath, type Paths } from '../paths/paths.ts';
import { checkOptions, effectiveOptions, type OptionValues } from '../systems/options.ts';
import { listSettings, type SystemSettings } from '../systems/settings-store.ts';
import { resolveDates } from './period.ts';
import { readRunParameters, writeRunParameters, type RunParameters } from './run-parameters.ts';

export interface PlanDependencies {
  readonly db: Database;
  readonly clock: Clock;
  readonly catalogue: Catalogue;
  readonly credentials: Pick<Credentials, 'listComplete'>;
  readonly paths: Pick<Paths, 'check'>;
}

const getPipeline = (catalogue: Catalogue, id: string): Pipeline => {
  const pipeline = catalogue.findPipeline(id);
  if (pipeline !== undefined) return pipeline;
  const broken = catalogue.findBroken(id);
  if (broken === undefined) throw new AppError('pipeline.not_found', { id });
  throw new AppError('pipeline.broken', { id, reason: broken.reason });
};

/** The systems that are asked for. Throws `system.no_selection`, `system.unknown`, `system.mixed`. */
const selectSystems = (
  catalogue: Catalogue,
  { manifest }: Pipeline,
  ids: readonly string[],
): readonly SystemDefinition[] => {
  if (ids.length === 0) throw new AppError('system.no_selection');
  return ids.map((id) => {
    const system = manifest.systems.find((candidate) => candidate.id === id);
    if (system !== undefined) return system;
    const other = catalogue.findSystem(id);
    if (other === undefined) {
      throw new AppError('system.unknown', {
        id,
        known: manifest.systems.map((known) => known.id).join(', '),
      });
    }
    throw new AppError('system.mixed', { id, pipeline: other.pipeline.manifest.id, subject: manifest.id });
  });
};

const planOptions = (
  systems: readonly SystemDefinition[],
  settings: ReadonlyMap<string, SystemSettings>,
  given: RunParameters['options'],
): Record<string, OptionValues> =>
  Object.fromEntries(
    systems.map((system) => [
      system.id,
      {
        ...effectiveOptions(system, settings.get(system.id)?.options ?? {}),
        ...checkOptions(system, given[system.id] ?? {}, `body.params.opcoes.${system.id}`),
      },
    ]),
  );

/** What the row of a run records. Everything that would keep it from starting is said now, to whoever asks. */
export const planRun = async (deps: PlanDependencies, request: PlanRequest): Promise<RunPlan> => {
  const pipeline = getPipeline(deps.catalogue, request.subject);
  const { manifest } = pipeline;
  const dateNames = Object.keys(manifest.parameters);
  const given = readRunParameters(request.params, dateNames);
  const systems = selectSystems(deps.catalogue, pipeline, given.systems);
  const settings = await listSettings(deps.db, request.projectId);
  const inactive = systems.find(({ id }) => settings.get(id)?.active === false);
  if (inactive !== undefined) throw new AppError('system.inactive', { id: inactive.id });

  const complete = await deps.credentials.listComplete(request.projectId);
  for (const { id, credentials } of systems) {
    const credential = credentials.find((key) => !complete.has(key));
    if (credential !== undefined) throw new AppError('credential.missing', { id, credential });
  }
  const options = planOptions(systems, settings, given.options);
  const names = [...new Set([...manifest.paths, ...systems.flatMap(({ paths }) => paths)])];
  for (const [name, checked] of await deps.paths.check(request.projectId, names)) {
    if (!checked.ok) throw invalidPath(name, checked);
  }
  const dates = resolveDates(dateNames, given.dates, deps.clock.now());

  const { maxAttempts, backoffSeconds, on } = manifest.retry;
  return {
    subject: manifest.id,
    params: writeRunParameters({ ...given, options, dates }),
    timeoutSeconds: manifest.timeoutSeconds,
    // A pipeline that may be repeated is, at least once, when its worker dies.
    maxAttempts: manifest.repeatable ? Math.max(2, maxAttempts) : maxAttempts,
    retryBackoffSeconds: backoffSeconds,
    retryOn: manifest.repeatable ? [...new Set([...on, 'worker_lost'])] : on,
    concurrency: { key: `pipeline:${request.projectId}:${manifest.id}`, limit: manifest.concurrency },
    parts: systems.map(({ id, label }) => ({ name: id, label })),
  };
};
