/** PostgreSQL's SQLSTATE for a disk without space. */
const diskFullState = '53100';

/** Whether something could not be written for want of space (or of quota), by the system or by PostgreSQL. */
export const isDiskFull = (error: unknown): boolean => {
  const { code, message } = error as { code?: string; message?: string };
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === diskFullState) return true;
  // From another process comes the text alone.
  return /\bENOSPC\b|No space left on device/.test(message ?? '');
};
