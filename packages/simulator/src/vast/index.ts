export { createVast, type FaultEdge, type Vast, type VastOptions } from './handler.ts';
export type { VastAnswer, VastResponse } from './reply.ts';
export type { VastRequest } from './request.ts';
export { findRoute } from './route.ts';
export { startVast, type RunningVast, type StartOptions } from './start.ts';
