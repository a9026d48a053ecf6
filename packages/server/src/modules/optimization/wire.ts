import type { SolverApp } from '@dumont/contracts/optimization/apps';
import type { Case } from '@dumont/contracts/optimization/cases';
import type { Execution } from '@dumont/contracts/optimization/executions';
import type { Instance } from '@dumont/contracts/optimization/instances';
import type { App } from './apps/catalogue.ts';
import type { CaseRow } from './cases/case-store.ts';
import type { ExecutionRow } from './executions/execution-store.ts';
import { stateWord } from './executions/state.ts';
import type { InstanceRow } from './instances/instance-store.ts';

type Names = ReadonlyMap<string, string>;

const common = (
  row: Pick<
    InstanceRow,
    'id' | 'project_id' | 'owner_id' | 'name' | 'description' | 'app' | 'created_at' | 'updated_at'
  >,
  names: Names,
) => ({
  id: row.id,
  projectId: row.project_id,
  name: row.name,
  description: row.description,
  app: row.app,
  createdBy: { id: row.owner_id, name: names.get(row.owner_id) ?? '' },
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});

export const instanceToWire = (row: InstanceRow, names: Names): Instance => ({
  ...common(row, names),
  key: row.key,
  dataHash: row.data_hash,
  dataBytes: row.data_bytes,
});

const solverStatusIn = (logJson: string | null): string | null => {
  if (logJson === null) return null;
  const { status } = JSON.parse(logJson) as { status?: unknown };
  return typeof status === 'string' ? status : null;
};

export const executionToWire = (row: ExecutionRow, names: Names): Execution => ({
  ...common(row, names),
  key: row.key,
  instanceId: row.instance_id,
  runId: row.run_id,
  state: stateWord(row.state),
  message: row.state_message,
  solverStatus: solverStatusIn(row.log_json),
  objective: row.objective,
  dataHasFindings: row.data_has_findings,
  hasFindings: row.has_findings,
  checksOnly: row.checks_only,
  finishedAt: row.finished_at?.toISOString() ?? null,
});

export const caseToWire = (row: CaseRow, names: Names): Case => ({
  ...common(row, names),
  number: row.number,
  parentId: row.parent_id,
  isFolder: row.data_hash === null,
  hasSolution: row.solution_hash !== null,
  dataHash: row.data_hash,
  solutionHash: row.solution_hash,
});

export const appToWire = (app: App): SolverApp => {
  const manifest = app.folderApp?.manifest;
  const described = { en: app.description, 'pt-BR': app.description };
  return {
    id: app.id,
    name: manifest?.name ?? { en: app.id, 'pt-BR': app.id },
    description: manifest?.description ?? described,
    solvers: [...(manifest?.solvers ?? [])],
    timeLimitSeconds: manifest?.timeLimitSeconds ?? 300,
    startable: manifest !== undefined,
    warmStart: manifest?.warmStart ?? false,
    fileEndings: [...(manifest?.convert?.endings ?? [])],
    examples: (app.folderApp?.examples ?? []).map(({ name, description }) => ({
      name,
      description: { en: description, 'pt-BR': app.folderApp?.words['pt-BR']?.[description] ?? description },
    })),
  };
};
