import { AppError } from '../../kernel/errors.ts';
import type { Metrics } from '../../kernel/metrics.ts';

export interface LoginMetrics {
  /** Counts how a sign-in by password went, and where the password was checked. */
  count<T extends { readonly method: string }>(login: () => Promise<T>): Promise<T>;
}

export const createLoginMetrics = (metrics: Metrics, hasher: { readonly waiting: number }): LoginMetrics => {
  const logins = metrics.counter('dumont_logins_total', 'Sign-ins by password, by how they went', [
    'outcome',
    'method',
  ]);
  metrics.gauge(
    'dumont_password_hashes_waiting',
    'Sign-ins that wait for their turn to hash',
    [],
    () => hasher.waiting,
  );
  return {
    count: async (login) => {
      try {
        const result = await login();
        logins.inc({ outcome: 'ok', method: result.method });
        return result;
      } catch (error) {
        // Where a name is known is nobody's business, not even in numbers.
        logins.inc({ outcome: error instanceof AppError ? error.code : 'error', method: 'none' });
        throw error;
      }
    },
  };
};
