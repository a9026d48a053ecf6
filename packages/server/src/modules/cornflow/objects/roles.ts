import type { RoleName } from '../door.ts';

export const readers: readonly RoleName[] = ['viewer', 'planner', 'admin', 'service'];
export const writers: readonly RoleName[] = ['planner', 'admin', 'service'];
/** Cases are no business of workers. */
export const caseReaders: readonly RoleName[] = ['viewer', 'planner', 'admin'];
export const caseWriters: readonly RoleName[] = ['planner', 'admin'];
export const workers: readonly RoleName[] = ['admin', 'service'];
