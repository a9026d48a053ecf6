import { api } from './api.ts';

/** Lets the browser fetch a file of ours: it cannot renew a session by itself, so it takes a one-time ticket. */
export const downloadFile = async (path: string): Promise<void> => {
  const { ticket } = await api.issueTicket({ body: { purpose: 'download' } });
  const address = new URL(path, location.href);
  address.searchParams.set('ticket', ticket);
  const link = document.createElement('a');
  link.href = address.href;
  link.download = '';
  link.click();
};
