import type { z } from 'zod';
import type { Access } from './access.ts';
import type { ErrorCode } from './errors.ts';

/**
 * A route is a value: it registers the handler, types the client, makes the OpenAPI document and drives the
 * contract tests. Paths carry parameters in braces: `/api/v1/runs/{id}`.
 */
export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** The same handler under other addresses, for compatible clients. */
  readonly aliases?: readonly string[];
  readonly tag: Tag;
  readonly summary: string;
  readonly access: Access;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** True where a request without a body is taken too: `body` then sees `undefined`. */
  readonly bodyOptional?: boolean;
  /** Status of success; 200 unless said. 204 has no body. */
  readonly status?: 200 | 201 | 202 | 204;
  /** The JSON of success; left out for 204 and for `produces`. */
  readonly response?: Response;
  /** Media type of a success that the handler streams: no JSON of the contract, though it may be a user's. */
  readonly produces?: 'text/plain' | 'application/octet-stream' | 'text/html' | 'application/json';
  /** True for the few addresses that a session may use while its user must still change their password. */
  readonly beforePasswordChange?: boolean;
  /** Codes beyond those that every route may answer (invalid request, no login, forbidden, too many requests). */
  readonly errors?: readonly ErrorCode[];
  readonly bodyLimitBytes?: number;
  /** `credentials`: counted per address and subject, slowed after failures. */
  readonly limit?: 'credentials' | 'expensive';
  /** How errors are worded for compatible clients; `problem` (RFC 9457) unless said. */
  readonly errorFormat?: 'problem' | 'detail';
  /** True where an `Idempotency-Key` header makes repeating safe. */
  readonly idempotent?: boolean;
}

export type Tag =
  | 'auth'
  | 'users'
  | 'roles'
  | 'projects'
  | 'audit'
  | 'runs'
  | 'schedules'
  | 'pipelines'
  | 'credentials'
  | 'portfolio'
  | 'alarms'
  | 'market'
  | 'machines'
  | 'agent'
  | 'snapshots'
  | 'optimization'
  | 'gateway'
  | 'customers'
  | 'storefront'
  | 'system'
  | 'compatible';

/** Keeps the exact types of a route; nothing else. */
export const route = <
  Params extends z.ZodType = z.ZodNever,
  Query extends z.ZodType = z.ZodNever,
  Body extends z.ZodType = z.ZodNever,
  Response extends z.ZodType = z.ZodVoid,
>(
  definition: Route<Params, Query, Body, Response>,
): Route<Params, Query, Body, Response> => definition;

type Input<T> = T extends z.ZodType ? z.input<T> : never;
type Output<T> = T extends z.ZodType ? z.output<T> : never;

/** What a caller gives: the client's side. */
export interface RouteInput<R> {
  params: R extends Route<infer P, z.ZodType, z.ZodType, z.ZodType> ? Input<P> : never;
  query: R extends Route<z.ZodType, infer Q, z.ZodType, z.ZodType> ? Input<Q> : never;
  body: R extends Route<z.ZodType, z.ZodType, infer B, z.ZodType> ? Input<B> : never;
}

/** What a handler sees: parsed, with defaults. */
export interface RouteRequest<R> {
  params: R extends Route<infer P, z.ZodType, z.ZodType, z.ZodType> ? Output<P> : never;
  query: R extends Route<z.ZodType, infer Q, z.ZodType, z.ZodType> ? Output<Q> : never;
  body: R extends Route<z.ZodType, z.ZodType, infer B, z.ZodType> ? Output<B> : never;
}

export type RouteResponse<R> = R extends Route<z.ZodType, z.ZodType, z.ZodType, infer A> ? Output<A> : never;
