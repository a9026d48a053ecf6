import loadHighs, { type Highs, type Model, type ModelData, type VariableType } from 'highs';
import { parentPort } from 'node:worker_threads';
import type { HighsAnswer, HighsMessage, HighsTask } from './highs-messages.ts';

/** A thread that solves the models it is sent, one after the other. HiGHS blocks it: whoever wants an end ends the thread. */
const port = parentPort;
if (port === null) throw new Error('this module is the main module of a worker thread');

const post = (message: HighsMessage): void => port.postMessage(message);

// Its types are those of a CommonJS module, but what Node imports is the ES module, whose default is the function.
const load = loadHighs as unknown as typeof loadHighs.default;

const highs = load({
  print: (line) => {
    if (line.trim() !== '') post({ kind: 'line', text: line.trimEnd() });
  },
});

port.on('message', (task: HighsTask) => {
  highs
    .then((loaded) => post({ kind: 'done', ...solve(loaded, task) }))
    .catch((error: unknown) =>
      post({ kind: 'failure', message: error instanceof Error ? error.message : String(error) }),
    );
});

function solve(highs: Highs, task: HighsTask): HighsAnswer {
  return highs.withModel(modelData(highs, task), (model) => {
    if (Number.isFinite(task.timeLimit)) model.options.set('time_limit', Math.max(0, task.timeLimit));
    // Without this an answer 0.01 % from the best counts as optimal.
    model.options.set('mip_rel_gap', task.gapRel ?? 0);
    if (task.start !== undefined) model.setSolution({ colValue: task.start });
    run(highs, model);
    return answer(highs, model, task);
  });
}

function modelData(highs: Highs, { columns, rows, maximize, isInteger }: HighsTask): ModelData {
  const numCols = columns.cost.length;
  const numRows = rows.lower.length;
  const { maximize: up, minimize: down } = highs.constants.objectiveSense;
  return {
    numCols,
    numRows,
    sense: maximize ? up : down,
    colCost: columns.cost,
    colLower: columns.lower,
    colUpper: columns.upper,
    rowLower: rows.lower,
    rowUpper: rows.upper,
    matrix: {
      format: 'csr',
      numRows,
      numCols,
      starts: rows.starts,
      indices: rows.columns,
      values: rows.values,
    },
    ...(isInteger && { integrality: Array.from(columns.integer, (value) => value as VariableType) }),
  };
}

function run(highs: Highs, model: Model): void {
  const { mipImprovingSolution, mipLogging } = highs.constants.callbackType;
  model.run({
    [mipImprovingSolution]: ({ data }) => {
      if (data.mip_solution !== undefined) post({ kind: 'incumbent', values: data.mip_solution });
    },
    [mipLogging]: ({ data }) => {
      const { mip_dual_bound: bound, mip_node_count: nodes } = data;
      if (bound !== undefined) post({ kind: 'bound', bound, nodes: Number(nodes ?? 0) });
    },
  });
}

function answer(highs: Highs, model: Model, task: HighsTask): HighsAnswer {
  const { modelStatus, solutionStatus } = highs.constants;
  const status = model.getModelStatus();
  const hasValues = model.info.get('primal_solution_status') === solutionStatus.feasible;
  const hasDuals = !task.isInteger && model.info.get('dual_solution_status') === solutionStatus.feasible;
  const common = { version: highs.version.string, memoryBytes: highs.memoryBytes };
  const nodes = task.isInteger ? Number(model.info.get('mip_node_count')) : undefined;
  const without = { values: undefined, bound: undefined, duals: undefined, reducedCosts: undefined, nodes };
  if (status === modelStatus.infeasible) return { status: 'infeasible', ...without, ...common };
  if (status === modelStatus.unbounded || status === modelStatus.unboundedOrInfeasible)
    return { status: statusWithoutBest(highs, model), ...without, ...common };
  // A linear model without constraints is solved by looking at it, and then `empty` is its status.
  const isOptimal = status === modelStatus.optimal || status === modelStatus.empty;
  const solution = hasValues || isOptimal ? model.getSolution() : undefined;
  return {
    status: isOptimal ? 'optimal' : solution === undefined ? 'not_solved' : 'feasible',
    values: solution?.colValue,
    bound: task.isInteger
      ? Number(model.info.get('mip_dual_bound'))
      : isOptimal
        ? model.getObjectiveValue()
        : undefined,
    duals: hasDuals ? solution?.rowDual : undefined,
    reducedCosts: hasDuals ? solution?.colDual : undefined,
    nodes,
    ...common,
  };
}

/** HiGHS says of some models only that they are infeasible or unbounded, and `unbounded` of some that have no solution at all. */
function statusWithoutBest(highs: Highs, model: Model): HighsAnswer['status'] {
  const { modelStatus } = highs.constants;
  const count = model.getDimensions().numCols;
  model.changeColsCost({ kind: 'range', from: 0, to: count - 1 }, new Float64Array(count));
  model.run();
  const status = model.getModelStatus();
  if (status === modelStatus.optimal) return 'unbounded';
  return status === modelStatus.infeasible ? 'infeasible' : 'not_solved';
}
