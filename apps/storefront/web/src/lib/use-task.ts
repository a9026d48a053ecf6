import { useCallback, useState } from 'react';
import { saidOf } from './api.ts';

/** One thing that is being done, and what went wrong with it. */
export const useTask = () => {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const run = useCallback(async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await work();
    } catch (cause) {
      setError(saidOf(cause));
    } finally {
      setBusy(false);
    }
  }, []);
  return { isBusy, error, run };
};
