import { ApiError, UnreachableError } from '@dumont/contracts/client';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';

/** Whether the session is over (and could not be renewed). */
export const isSignedOut = (error: unknown): boolean => error instanceof ApiError && error.status === 401;

/** The server has waited for these already; asking again at once would only keep people from hearing of it. */
const waitedFor: readonly string[] = ['customer.pool', 'storefront.unreachable'];

const mayPass = (error: unknown): boolean =>
  error instanceof UnreachableError ||
  (error instanceof ApiError && error.status === 503 && !waitedFor.includes(error.problem.code));

/** Calls `onSignedOut` when any request finds that the session is over. */
export const createQueryClient = (onSignedOut: () => void): QueryClient => {
  const onError = (error: unknown) => {
    if (isSignedOut(error)) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { staleTime: 15_000, retry: (failures, error) => mayPass(error) && failures < 3 },
    },
  });
};
