import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { api } from '../../lib/api.ts';
import { browserClock } from '../../lib/clock.ts';
import { eventStream } from '../../lib/events/live.ts';
import { createLogSession } from './log-session.ts';

/**
 * The log of a run for as long as the component is shown. `logLines` is how many the run says it has; `retry`
 * starts over after a failed first read.
 */
export const useLogSession = (runId: string, logLines: number) => {
  const session = useMemo(
    () =>
      createLogSession({
        runId,
        read: (query) => api.listRunLogs({ params: { id: runId }, query }),
        stream: eventStream,
        clock: browserClock,
      }),
    [runId],
  );
  useEffect(() => {
    void session.start();
    return session.stop;
  }, [session]);
  useEffect(() => session.expect(logLines), [session, logLines]);
  return {
    ...useSyncExternalStore(session.onChange, session.snapshot),
    readEarlier: () => void session.readEarlier(),
    retry: () => void session.start(),
  };
};
