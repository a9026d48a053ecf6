/** How a group says on stderr, and by its exit code, that tests left something open. */
export const leftovers = { exitCode: 97, mark: 'Tests left something open that keeps the process alive:' };
