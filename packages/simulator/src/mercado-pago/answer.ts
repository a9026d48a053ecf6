import type { ServedAnswer } from '../serve.ts';

export type Answer = Exclude<ServedAnswer, 'lost'>;

export const json = (status: number, value: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(value),
});

/** A refusal as the Orders API words it. */
export class OrdersError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: readonly string[];

  constructor(status: number, code: string, message: string, details: readonly string[] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }

  toAnswer(): Answer {
    const { code, message, details } = this;
    return json(this.status, {
      errors: [{ code, message, ...(details.length === 0 ? {} : { details }) }],
    });
  }
}

/** A refusal as the older APIs word it. */
export class LegacyError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  toAnswer(): Answer {
    const { status, code, message } = this;
    return json(status, { error: code, message, status, causes: [] });
  }
}
