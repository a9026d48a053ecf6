/** For a process of ours that a test starts: what was compiled of it for a test before. */
export const compileCache =
  process.env['NODE_COMPILE_CACHE'] === undefined
    ? {}
    : { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] };
