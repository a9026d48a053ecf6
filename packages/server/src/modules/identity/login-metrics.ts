import { AppError } from '../../kernel/errors.ts';
import type { Metrics } from '../../kernel/metrics.ts';

export interface LoginMetrics {
  /** Counts how a sign-in by password went. */
  count<T>(login: () => Promise<T>): Promise<T>;
}

export const createLoginMetrics = (metrics: Metrics, hasher: { readonly waiting: number }): LoginMetrics => {
  const logins = metrics.counter('dumont_logins_total', 'Sign-ins by password, by how they went', [
    'outcome',
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
        logins.inc({ outcome: 'ok' });
        return result;
      } catch (error) {
        logins.inc({ outcome: error instanceof AppError ? error.code : 'error' });
        throw error;
      }
    },
  };
};
