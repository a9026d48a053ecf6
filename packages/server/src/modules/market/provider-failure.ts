import { AppError } from '../../kernel/errors.ts';
import { ProviderError } from './providers/provider.ts';

/** A provider's failure as a caller of our API may know it; anything else stays what it is. */
export const asAppError = (error: unknown): unknown => {
  if (!(error instanceof ProviderError)) return error;
  if (error.kind === 'auth')
    return new AppError('provider.key_refused', { reason: error.message }, { cause: error });
  if (error.kind === 'rate_limited') return new AppError('provider.busy', {}, { cause: error });
  return new AppError('provider.unavailable', { reason: error.message }, { cause: error });
};
