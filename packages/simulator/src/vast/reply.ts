/** What the server answers. `lost`: nothing comes back, though it may have been done. */
export interface VastResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type VastAnswer = VastResponse | 'lost';

export const json = (status: number, value: unknown): VastResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

export const text = (status: number, body: string): VastResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
});

export const success = (more: Readonly<Record<string, unknown>> = {}): VastResponse =>
  json(200, { success: true, ...more });

export const failure = (
  status: number,
  error: string,
  msg: string,
  more: Readonly<Record<string, unknown>> = {},
): VastResponse => json(status, { success: false, error, msg, ...more });

export const invalid = (msg: string): VastResponse => failure(400, 'invalid_args', `error 400/3467: ${msg}`);

export const noInstance = (id: number | string): VastResponse =>
  failure(404, 'no_such_instance', `Instance ${id} not found.`);

/** Dollars of micro-dollars. */
export const dollars = (micros: number): number => micros / 1e6;
