/** Bytes received and sent by all interfaces but loopback, from the text of /proc/net/dev. */
export const parseNetDev = (text: string): number | undefined => {
  let bytes = 0;
  let isRead = false;
  for (const line of text.split('\n')) {
    const [, name, rest] = /^\s*([^\s:]+):\s*(.+)$/.exec(line) ?? [];
    if (name === undefined || rest === undefined) continue;
    isRead = true;
    if (name === 'lo') continue;
    const fields = rest.trim().split(/\s+/).map(Number);
    bytes += (fields[0] ?? 0) + (fields[8] ?? 0);
  }
  return isRead && Number.isFinite(bytes) ? bytes : undefined;
};
