import { z } from 'zod';
import { Alarm } from './alarms/alarms.ts';
import { Instance } from './machines/instances.ts';
import { Execution } from './optimization/executions.ts';
import { longText } from './primitives.ts';
import { LogLine } from './runs/logs.ts';
import { Run } from './runs/runs.ts';

/**
 * The event stream: WebSocket `/api/v1/events`. A browser opens it with `?ticket=`, others with a bearer
 * token. Client messages and server messages are JSON objects, one a frame.
 *
 * `seq` of a state event is a cursor over the whole stream: after a reconnect, `subscribe` with
 * `after: <highest seq seen>` and the `epoch` that came with it gives what was missed (an event may come twice, its
 * payload is the present row). Where that is no longer kept, or the database was restored to a time before it,
 * `reset` says so.
 * `seq` of a `log` message is the sequence number of its last line within the run.
 */

export const topicPattern = /^(runs|systems|alarms|machines|executions|orders|runs\/[0-9a-f-]{36}\/logs)$/;

export const ClientMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('subscribe'),
    topic: z.string().max(100).regex(topicPattern),
    after: z.number().int().min(0).optional(),
    /** Of `after`, as it came with it. */
    epoch: z.string().max(36).optional(),
    /** For logs: batches over 1 kB come as binary frames, raw DEFLATE over the same JSON. */
    compress: z.boolean().optional(),
  }),
  z.strictObject({ type: z.literal('unsubscribe'), topic: z.string().max(100).regex(topicPattern) }),
  z.strictObject({ type: z.literal('ping') }),
]);
export type ClientMessage = z.infer<typeof ClientMessage>;

/** A place in the stream of state events. */
const cursor = { seq: z.number().int(), epoch: z.string() };

export const ServerMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('run'), payload: Run, ...cursor }),
  z.strictObject({ type: z.literal('alarm'), payload: Alarm, ...cursor }),
  z.strictObject({ type: z.literal('machine'), payload: Instance, ...cursor }),
  z.strictObject({ type: z.literal('execution'), payload: Execution, ...cursor }),
  /** Settings of a system changed: read them again. */
  z.strictObject({
    type: z.literal('system'),
    payload: z.strictObject({ id: z.string() }),
    ...cursor,
  }),
  /** Orders of the storefront moved on: read them again. Nothing is kept of it: `seq` is 0, and a resumed topic is reset. */
  z.strictObject({ type: z.literal('orders'), seq: z.literal(0) }),
  z.strictObject({
    type: z.literal('log'),
    payload: z.strictObject({ runId: z.string(), lines: z.array(LogLine) }),
    seq: z.number().int(),
  }),
  /** The topic is live from `seq` on; logs have no epoch. */
  z.strictObject({
    type: z.literal('subscribed'),
    topic: z.string(),
    seq: z.number().int(),
    epoch: z.string().optional(),
  }),
  /** What was asked for is no longer kept, or not of this history: read the lists again. */
  z.strictObject({ type: z.literal('reset'), topic: z.string(), ...cursor }),
  z.strictObject({
    type: z.literal('error'),
    code: z.string(),
    detail: longText(1000),
    topic: z.string().optional(),
  }),
  z.strictObject({ type: z.literal('pong') }),
]);
export type ServerMessage = z.infer<typeof ServerMessage>;
