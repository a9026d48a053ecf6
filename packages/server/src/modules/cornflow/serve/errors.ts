import type { ErrorCode } from '@dumont/contracts/errors';
import { proseOfParam } from '@dumont/contracts/findings';
import type { AppError } from '../../../kernel/errors.ts';
import { toAppError } from '../../../kernel/http/problem.ts';
import { SchemaFaults, toCornflowText } from '../../optimization/index.ts';
import { DoorError } from '../door.ts';
import { InvalidJson } from './body.ts';

export const wrongToken = 'Invalid token format or signature';
export const expiredToken = 'The token has expired, please login again';
export const unknownUser = 'User not found. Please ensure you are using valid credentials';
export const noSuchEntity = 'The data entity does not exist on the database';
const notYours = 'You have no permission to access the required object';

/** What our modules say, in the words and with the status that Cornflow's clients know. */
const texts: Partial<Record<ErrorCode, (error: AppError) => readonly [number, string]>> = {
  'auth.required': () => [400, 'Authorization header is missing'],
  'auth.token_invalid': ({ cause }) => [400, isExpired(cause) ? expiredToken : wrongToken],
  'auth.disabled': () => [400, unknownUser],
  'auth.credentials': () => [400, 'Invalid credentials'],
  'access.forbidden': () => [403, notYours],
  'project.none': () => [403, notYours],
  'user.username_taken': () => [400, 'Username already in use, please supply another username'],
  'user.email_taken': () => [400, 'Email already in use, please supply another email address'],
  'optimization.app_unknown': (error) => [
    404,
    `The DAG ${proseOfParam(error, 'id')} does not exist in the database.`,
  ],
  'optimization.still_running': () => [400, 'This execution is still running'],
  'optimization.example_unknown': () => [404, 'The example does not exist'],
};

const isExpired = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === 'ERR_JWT_EXPIRED';

/** Refusals of the moment: whoever waits may come again, so that they keep their status. */
const isOfTheMoment = (status: number): boolean =>
  [408, 413, 429, 431, 500, 501, 502, 503, 507].includes(status);

const statusAndText = (error: AppError): readonly [number, string] => {
  const own = texts[error.code];
  if (own !== undefined) return own(error);
  if (error.code.endsWith('not_found')) return [404, noSuchEntity];
  // Cornflow's clients know 400 for what is wrong with a request, and 401 for nothing.
  const keepsStatus = isOfTheMoment(error.status) || error.status === 403 || error.status === 404;
  return [keepsStatus ? error.status : 400, error.message];
};

export interface ErrorAnswer {
  readonly status: number;
  readonly json: object;
  /** Set where the failure is ours, for the log. */
  readonly fault?: unknown;
  readonly retryAfterSeconds?: number;
}

const ofAppError = (error: AppError): ErrorAnswer => {
  if (error.cause instanceof SchemaFaults) {
    const { faults } = error.cause;
    const json = {
      jsonschema_errors: faults.map(toCornflowText),
      error: 'The data sent is not valid',
      // For who would rather read what is wrong.
      faults: faults.map(({ table, row, key, value, message }) => ({ table, row, key, value, message })),
    };
    return { status: 400, json };
  }
  const [status, text] = statusAndText(error);
  if (status >= 500 && error.code !== 'server.overloaded') {
    return { status, json: { message: text, error: text }, fault: error.cause ?? error };
  }
  const retryAfter = error.params['retryAfterSeconds'];
  return {
    status,
    json: { error: text },
    ...(typeof retryAfter === 'number' ? { retryAfterSeconds: Math.max(1, Math.ceil(retryAfter)) } : {}),
  };
};

/** Anything thrown, as a client of Cornflow is told it. */
export const answerOf = (thrown: unknown): ErrorAnswer => {
  if (thrown instanceof DoorError)
    return { status: thrown.status, json: { error: thrown.message, ...thrown.more } };
  if (thrown instanceof InvalidJson)
    return { status: 400, json: { messages: { json: ['Invalid JSON body.'] } } };
  return ofAppError(toAppError(thrown));
};
