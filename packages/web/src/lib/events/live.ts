import { useSyncExternalStore } from 'react';
import { api } from '../api.ts';
import { browserClock, browserRandom } from '../clock.ts';
import { createEventStream, type ConnectionState, type Socket } from './event-stream.ts';

/** The console's one live connection. */
export const eventStream = createEventStream({
  issueTicket: async () => (await api.issueTicket({ body: { purpose: 'websocket' } })).ticket,
  openSocket: (ticket) => {
    const address = new URL('/api/v1/events', location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    address.searchParams.set('ticket', ticket);
    return new WebSocket(address) as Socket;
  },
  clock: browserClock,
  random: browserRandom,
});

addEventListener('online', () => eventStream.wake());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') eventStream.wake();
});

export const useConnectionState = (): ConnectionState =>
  useSyncExternalStore(eventStream.onState, eventStream.state);
