export type { Bodies, Inside } from './bodies.ts';
export { openProcessBodies, type ProcessBodiesOptions } from './process-bodies.ts';
