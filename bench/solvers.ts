import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { report, type Figure } from './lib/figures.ts';

/**
 * From the start of an app's process to its answer with the known optimum (sources stand in the examples), beside the
 * same app with a native solver of the host on the same model, where there is one.
 */
const folder = join(import.meta.dirname, '../apps/solvers');
const timeLimit = 60;
const tolerance = 1e-6;

interface Known {
  readonly app: string;
  readonly example: string;
  readonly optimum: number;
  readonly solver: string;
  /** The same model by these. */
  readonly natives: readonly string[];
}

const mip = ['mip.cbc', 'mip.glpk'];
const known: readonly Known[] = [
  { app: 'knapsack', example: 'p08', optimum: 13_549_094, solver: 'MIP', natives: ['MIP.cbc', 'MIP.glpk'] },
  { app: 'knapsack', example: 'p07', optimum: 1458, solver: 'Dynamic', natives: [] },
  { app: 'tsp', example: 'burma14', optimum: 3323, solver: 'mip', natives: mip },
  { app: 'tsp', example: 'ulysses22', optimum: 7013, solver: 'mip', natives: mip },
  { app: 'vrp', example: 'p-n16-k8', optimum: 450, solver: 'mip', natives: mip },
  { app: 'vrp', example: 'e-n22-k4', optimum: 375, solver: 'heuristic', natives: [] },
  { app: 'graph_coloring', example: 'myciel4', optimum: 5, solver: 'default', natives: [] },
  { app: 'graph_coloring', example: 'queen5_5', optimum: 5, solver: 'mip', natives: mip },
  { app: 'bar_cutting', example: 'chvatal', optimum: 3776, solver: 'CG', natives: ['CG.cbc', 'CG.glpk'] },
  { app: 'facility_location', example: 'sunoil', optimum: 23_751, solver: 'mip', natives: mip },
  { app: 'two-dimension-bin-packing', example: 'cgcut1', optimum: 244, solver: 'mip', natives: mip },
  { app: 'rostering', example: 'manager-and-skill', optimum: 18, solver: 'mip', natives: mip },
  { app: 'hk_2020_dag', example: 'j102_5', optimum: 16, solver: 'mip', natives: mip },
  { app: 'hk_2020_dag', example: 'j2029_3', optimum: 34, solver: 'mip', natives: mip },
  { app: 'hk_2020_dag', example: 'j3039_2', optimum: 42, solver: 'default', natives: [] },
  { app: 'roadef', example: 'tiny', optimum: 20, solver: 'Search', natives: [] },
  {
    app: 'solve_model_dag',
    example: 'whiskas',
    optimum: 0.52,
    solver: 'mip',
    natives: ['PULP_CBC_CMD', 'GLPK_CMD'],
  },
];

interface Answer {
  readonly seconds: number;
  readonly objective: number | null;
  readonly complaint: string;
}

const solve = async ({ app, example }: Known, solver: string): Promise<Answer> => {
  const { instance } = JSON.parse(
    await readFile(join(folder, app, 'examples', `${example}.json`), 'utf8'),
  ) as { instance: unknown };
  const startedMs = performance.now();
  const child = spawn(process.execPath, ['main.ts'], { cwd: join(folder, app), stdio: 'pipe' });
  child.stdin.end(JSON.stringify({ task: 'solve', instance, config: { solver, timeLimit } }));
  const [answer, complaint] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const seconds = (performance.now() - startedMs) / 1000;
  const { objective = null } = (answer === '' ? {} : JSON.parse(answer)) as { objective?: number | null };
  return { seconds, objective, complaint: complaint.trim().split('\n').at(-1) ?? '' };
};

const isBest = ({ objective }: Answer, { optimum }: Known): boolean =>
  objective !== null && Math.abs(objective - optimum) <= tolerance * Math.max(1, Math.abs(optimum));

const compared = async (instance: Known): Promise<string> => {
  const texts: string[] = [];
  for (const native of instance.natives) {
    const answer = await solve(instance, native);
    const name =
      native
        .split(/[._]/)
        .find((part) => /^(cbc|glpk)$/i.test(part))
        ?.toUpperCase() ?? native;
    texts.push(
      answer.objective === null
        ? `${name} did not answer`
        : `${name} ${answer.seconds.toFixed(2)} s${isBest(answer, instance) ? '' : ` (${answer.objective})`}`,
    );
  }
  return texts.join(', ');
};

const figures: Figure[] = [];
for (const instance of known) {
  const answer = await solve(instance, instance.solver);
  const best = isBest(answer, instance);
  const against = await compared(instance);
  figures.push({
    what: `${instance.app} ${instance.example} (${instance.solver})`,
    value: best ? `${answer.seconds.toFixed(2)} s` : `${answer.objective ?? answer.complaint}`,
    target: `the known optimum, ${instance.optimum}`,
    met: best,
    ...(against === '' ? {} : { baseline: against }),
  });
}
report('Solver apps', figures);
