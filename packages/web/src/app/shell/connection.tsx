import { CloudOff, LoaderCircle } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useConnectionState } from '../../lib/events/live.ts';
import { Tooltip } from '../../ui/tooltip.tsx';

/** Whether changes arrive as they happen. */
export const Connection = () => {
  const { t } = useTranslation('shell');
  const state = useConnectionState();
  const live = state === 'live';
  const reconnecting = state === 'reconnecting';
  const Icon = reconnecting ? CloudOff : LoaderCircle;
  const shown = live ? 'live' : reconnecting ? 'reconnecting' : 'connecting';
  return (
    <span role="status">
      <Tooltip
        side="bottom"
        content={t(
          reconnecting ? 'connection.reconnectingHint' : `connection.${live ? 'liveHint' : 'connecting'}`,
        )}
      >
        <button
          type="button"
          className={
            reconnecting
              ? 'inline-flex h-7 items-center gap-1.5 rounded-md bg-warning-soft px-2 text-xs font-medium text-warning'
              : 'inline-flex h-7 cursor-default! items-center gap-1.5 rounded-md px-2 text-xs text-ink-muted'
          }
        >
          {live ? (
            <span aria-hidden className="size-1.5 rounded-full bg-chart-ok" />
          ) : (
            <Icon aria-hidden className={reconnecting ? 'size-3.5' : 'size-3.5 animate-spin'} />
          )}
          <span className={live ? 'sr-only lg:not-sr-only' : 'sr-only sm:not-sr-only'}>
            {t(`connection.${shown}`)}
          </span>
        </button>
      </Tooltip>
    </span>
  );
};
