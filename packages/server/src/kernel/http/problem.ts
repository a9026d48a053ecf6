import { errorCatalogue } from '@dumont/contracts/error-catalogue';
import type { Problem } from '@dumont/contracts/errors';
import { proseOf } from '@dumont/contracts/findings';
import type { FastifyError } from 'fastify';
import { isDatabaseError, isPassing } from '../db/passing-errors.ts';
import { isDiskFull } from '../disk-full.ts';
import { AppError } from '../errors.ts';

const foreignKeyViolation = '23503';

/** Codes of Fastify and PostgreSQL that are the caller's or the moment's fault, in our words. */
const translate = (
  error: FastifyError & { cause?: unknown; constraint?: string },
  bodyLimitBytes: number | undefined,
): AppError | undefined => {
  switch (error.code) {
    case 'FST_ERR_BAD_URL':
      return new AppError('request.address', { reason: 'it is not percent-encoded UTF-8' }, { cause: error });
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new AppError('request.address', { reason: 'a part of it is too long' }, { cause: error });
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new AppError('request.too_large', { limitBytes: bodyLimitBytes ?? 0 }, { cause: error });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new AppError('request.media_type', {}, { cause: error });
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new AppError('request.malformed', { reason: 'it is empty' }, { cause: error });
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new AppError(
        'request.malformed',
        { reason: 'its length is not the one announced' },
        { cause: error },
      );
    case foreignKeyViolation:
      // Who sees every project may name one that is not there: only the database finds out.
      return error.constraint?.endsWith('_project_id_fkey') === true
        ? new AppError('project.not_found', {}, { cause: error })
        : undefined;
    default:
  }
  if (isDiskFull(error)) return new AppError('server.disk_full', {}, { cause: error });
  if (isDatabaseError(error) && isPassing(error)) {
    return new AppError('server.database', { retryAfterSeconds: 1 }, { cause: error });
  }
  if (error instanceof SyntaxError && error.statusCode === 400) {
    return new AppError('request.malformed', { reason: 'it is not JSON' }, { cause: error });
  }
  if (typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500) {
    return new AppError('request.malformed', { reason: error.message }, { cause: error });
  }
  return undefined;
};

/** Anything thrown, as the error that the caller is told; unknown ones say nothing of the inside. */
export const toAppError = (error: unknown, bodyLimitBytes?: number): AppError => {
  if (error instanceof AppError) return error;
  if (error instanceof Error) {
    const translated = translate(error as FastifyError, bodyLimitBytes);
    if (translated !== undefined) return translated;
  }
  return new AppError('server.unexpected', {}, { cause: error });
};

const titleOf = (code: string): string => {
  const words = code.replaceAll(/[._]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** What the public text was filled with; anything else that an error carries stays inside. */
const publicParams = (error: AppError): Pick<Problem, 'params'> => {
  const params: NonNullable<Problem['params']> = {};
  for (const [, name = ''] of errorCatalogue[error.code][1].matchAll(/\{(\w+)\}/g)) {
    const value = error.params[name];
    if (value !== undefined) params[name] = value;
  }
  return Object.keys(params).length === 0 ? {} : { params };
};

export const problemOf = (error: AppError, requestId: string): Problem => ({
  type: `https://dumont.dev/errors/${error.code}`,
  title: titleOf(error.code),
  status: errorCatalogue[error.code][0],
  detail: proseOf(error),
  code: error.code,
  requestId,
  ...publicParams(error),
  ...(error.issues === undefined ? {} : { errors: [...error.issues] }),
});

/** Seconds for a `Retry-After` header, where the error has one. */
export const retryAfterOf = (error: AppError): number | undefined => {
  const seconds = error.params['retryAfterSeconds'];
  return typeof seconds === 'number' ? Math.max(1, Math.ceil(seconds)) : undefined;
};
