import type { AddressInfo } from 'node:net';
import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import type { JWK } from 'jose';
import type { Config } from '../../../kernel/config/config.ts';
import type { Answers } from '../../../kernel/http/request-metrics.ts';
import type { CustomerDoor, DoorAnswer, DoorRequest } from '../../customers/index.ts';
import type { LimitMemory } from '../plane/limit-windows.ts';
import type { Count } from '../plane/rate-limits.ts';
import type { SignAssertion } from '../plane/identity-headers.ts';
import type { ListenAt } from '../plane/plane.ts';
import type { UpstreamHealth } from '../plane/upstream.ts';
import type { RouteFigures } from '../traffic.ts';
import type { AskedIssuer, Vouched } from '../verifiers/asked.ts';

/** What a thread of the data plane is, from its start to its end. */
export interface PlaneSettings extends Pick<Config, 'outboundAllow' | 'trustProxy' | 'logLevel'> {
  /** How many there are. */
  readonly threads: number;
  readonly limitMemory: LimitMemory;
}

export interface RouteHealth extends UpstreamHealth {
  readonly routeId: string;
}

/** What the data plane counted and saw since it told the last time. */
export interface Report {
  readonly traffic: readonly RouteFigures[];
  readonly answers: readonly Answers[];
  /** All of it where anything of it changed. */
  readonly health: readonly RouteHealth[] | undefined;
}

/** What the thread of the data plane does when the server asks. */
export interface PlaneCalls {
  /** Answers where it listens. Throws what `listen` of `node:net` does. */
  listen(at: ListenAt): Promise<AddressInfo | string | null>;
  /** Resolves when they are served. */
  load(routes: readonly GatewayRoute[]): Promise<void>;
  /** Which route a request would take. */
  find(host: string, method: string, target: string): Promise<Pick<GatewayRoute, 'id' | 'name'> | undefined>;
  /** What was counted for limits since the last call; nothing where nobody else counts, who would be told. */
  drainCounts(isAlone: boolean): Promise<readonly Count[]>;
  /** What all replicas together counted. */
  learnCounts(counts: readonly Pick<Count, 'key' | 'windowNumber' | 'requests'>[]): void;
  /** Whoever was vouched for before this change is asked about again; all, where the change is not known. */
  forget(change: string | undefined): void;
  /** Takes no more requests, ends those under way, and tells what it counted. */
  close(): Promise<void>;
}

/** What the server does when the thread of the data plane asks. Throws `AppError` alone. */
export interface ServerCalls {
  /** Throws `auth.token_invalid`. */
  vouch(issuer: AskedIssuer, projectId: string, token: string): Promise<Vouched>;
  sign: SignAssertion;
  askDoor(door: Exclude<keyof CustomerDoor, 'verify'>, request: DoorRequest): Promise<DoorAnswer>;
  jwks(): Promise<{ keys: JWK[] }>;
  /** Lines of the log. */
  log(lines: string): void;
  report(report: Report): void;
}
