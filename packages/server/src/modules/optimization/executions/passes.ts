import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../../kernel/clock.ts';
import type { Random } from '../../../kernel/random.ts';
import type { LaunchCaller } from '../launch-caller.ts';
import type { ExecutionRow, ExecutionStore } from './execution-store.ts';

const passShape =
  /^execution-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-([1-9][0-9]{0,9})-[A-Za-z0-9_-]{43}$/;

const sha256 = (pass: string): Buffer => createHash('sha256').update(pass).digest();

/**
 * What a program shows that works on one launch of one execution and answers through a door: the right to that alone.
 * It ends with the execution, with the next launch or attempt, and by its time.
 */
export const createPasses = (deps: {
  store: Pick<ExecutionStore, 'findPass' | 'putPass'>;
  clock: Clock;
  random: Random;
}) => ({
  /** The one before it is good for nothing any more. Undefined where that launch is over. */
  issue: async (row: Pick<ExecutionRow, 'id' | 'launch'>, seconds: number): Promise<string | undefined> => {
    const pass = `execution-${row.id}-${row.launch}-${deps.random.secret(32)}`;
    const expiresAt = new Date(deps.clock.now().getTime() + seconds * 1000);
    const isKept = await deps.store.putPass(row, { sha256: sha256(pass), expiresAt });
    return isKept ? pass : undefined;
  },
  /** Who comes with it; undefined where it is none, or none any more. */
  find: async (pass: string): Promise<LaunchCaller | undefined> => {
    const [, id, launch] = passShape.exec(pass) ?? [];
    const row = id === undefined ? undefined : await deps.store.findPass(id);
    if (row === undefined || row.settled || row.launch !== Number(launch)) return undefined;
    const { pass_sha256: kept, pass_expires_at: until } = row;
    if (kept === null || until === null || until <= deps.clock.now()) return undefined;
    if (!timingSafeEqual(kept, sha256(pass))) return undefined;
    return {
      userId: row.owner_id,
      name: row.app,
      email: '',
      installation: new Set(),
      // What it needs, and not all that its owner may.
      projects: new Map([[row.project_id, new Set(['optimization:read', 'optimization:write'])]]),
      defaultProjectId: row.project_id,
      sessionId: undefined,
      launch: {
        executionId: row.id,
        number: row.launch,
        instanceId: row.instance_id,
        caseId: row.case_id,
      },
    };
  },
});
export type Passes = ReturnType<typeof createPasses>;
