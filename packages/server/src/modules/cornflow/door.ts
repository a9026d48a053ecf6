import type { Readable } from 'node:stream';
import type { Caller } from '../../kernel/access/caller.ts';
import type { Packed } from '../../kernel/packed/packed.ts';
import type { JsonDocument } from '../optimization/index.ts';
import type { Fields } from './fields.ts';

/** Roles as Cornflow numbers them; custom ones have higher numbers. */
export const roleNumbers = { dummy: 0, viewer: 1, planner: 2, admin: 3, service: 4 } as const;
export type RoleName = keyof typeof roleNumbers;

/** One method of one address of the Cornflow API. The table of them makes the permissions, `/apiview/` and the tests. */
export interface DoorRoute {
  /** As `/apiview/` names it; all methods of an address share it. */
  readonly view: string;
  /** In Flask's form, as `/apiview/` shows it: `/instance/<string:idx>/`. */
  readonly rule: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Who may call it unless an administrator changed that; `public` needs no token. */
  readonly roles: readonly RoleName[] | 'public';
  /** Somebody has to have signed in: a key is not enough, so that who found one gets no further by it. */
  readonly needsSession?: boolean;
  /** A gzip body is unpacked here; everywhere else it is no JSON. */
  readonly takesGzip?: boolean;
  /** The body is multipart. */
  readonly takesFile?: boolean;
  /** What its body, or its form, has; without it the body is of no interest. */
  readonly body?: Fields;
  /** What it looks for in the query. */
  readonly query?: Fields;
  handle(request: DoorRequest): Promise<DoorAnswer>;
}

export interface DoorUser {
  readonly caller: Caller;
  /** What clients see as the id. */
  readonly number: number;
  readonly username: string;
  readonly roles: ReadonlySet<number>;
}

export interface DoorRequest {
  /** Throws where the route is public. */
  readonly user: DoorUser;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /**
   * The body as JSON without loss; an empty object where its content type is not JSON. Throws where the route says of
   * no fields of its body.
   */
  readonly document: JsonDocument;
  /** Of a multipart body: its fields and its one file. */
  readonly form: { readonly fields: ReadonlyMap<string, string>; readonly file: DoorFile | undefined };
  readonly bearer: string | undefined;
  readonly address: string;
}

export interface DoorFile {
  readonly name: string;
  readonly content: Buffer;
}

/** `json` is text where documents of users are in it, so that their numbers stay as they are. */
export interface DoorAnswer {
  readonly status: number;
  readonly json?: string | object;
  /** In its place where it is long: the text in pieces, some of them compressed. */
  readonly pieces?: readonly Packed[];
  readonly stream?: {
    readonly content: Readable;
    readonly mediaType: string;
    readonly headers: Record<string, string>;
  };
}

/** What a client is told, in the form that Cornflow's clients expect: `{"error": message, ...more}`. */
export class DoorError extends Error {
  override readonly name = 'DoorError';
  readonly status: number;
  readonly more: Readonly<Record<string, unknown>>;

  constructor(status: number, message: string, more: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.status = status;
    this.more = more;
  }
}
