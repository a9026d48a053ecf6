import { findProgram } from '../../../kernel/system/find-program.ts';

/** Where distributions put servers, which is not on everybody's PATH. */
const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The whole path of a server of this host; undefined where it has none of that name. */
export const findServer = (name: string): string | undefined => findProgram(name, folders);
