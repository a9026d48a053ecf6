import { findProgram } from '../../../../kernel/system/find-program.ts';

/** Where the system keeps programs; never the PATH of who started us. */
const folders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin'];

/** The absolute path of a system program. */
export const findTool = (name: string): string | undefined => findProgram(name, folders);

export const getTool = (name: string): string => {
  const path = findTool(name);
  if (path === undefined) throw new Error(`${name} is not installed`);
  return path;
};
