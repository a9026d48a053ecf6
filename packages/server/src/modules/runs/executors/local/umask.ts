/** What runs write is for their group too: the next run, which is another user, may have to replace it. */
export const runUmask = 0o002;

/**
 * Runs synchronous work under a umask of its own: what runs read must be readable for their user, and what
 * they inherit must not depend on how the server was started (services often have 0077).
 */
export const withUmask = <T>(mask: number, work: () => T): T => {
  const before = process.umask(mask);
  try {
    return work();
  } finally {
    process.umask(before);
  }
};
