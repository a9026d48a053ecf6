export type { Bodies, Inside } from './bodies.ts';
export { findObstacle } from './container.ts';
export { openProcessBodies, type ProcessBodiesOptions } from './process-bodies.ts';
