import { findServer } from '../../packages/server/src/modules/gateway/engines/find-server.ts';

/** Of Debian; throws with what installs it. */
export const program = (name: string, debianPackage = name): string => {
  const found = findServer(name);
  if (found === undefined)
    throw new Error(`This benchmark needs ${name} (Debian: apt-get install ${debianPackage}).`);
  return found;
};
