import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';

/** By which a program of ours that we start finds what Node has compiled of it before: it starts in half the time. */
export const compileCacheEnvironment = (): Readonly<Record<string, string>> => {
  const ofThisNode = getCompileCacheDir();
  return ofThisNode === undefined ? {} : { NODE_COMPILE_CACHE: dirname(ofThisNode) };
};
