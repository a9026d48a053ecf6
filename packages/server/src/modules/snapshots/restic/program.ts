import type { Finding } from '@dumont/contracts/finding';
import { found } from '@dumont/contracts/findings';
import { findProgram } from '../../../kernel/system/find-program.ts';
import type { MachineShell } from '../machine-shell.ts';
import { defaultTuning } from './access.ts';
import { ResticFailure } from './failure.ts';
import { createRestic } from './restic.ts';

export type FoundRestic = {
  /** Its path on this host; without one its name, so that a later start of it says what is missing. */
  readonly program: string;
} & (
  | { readonly version: string }
  /** It cannot be used. */
  | { readonly version: undefined; readonly reason: Finding }
);

/** Where systems keep programs; never the PATH of who started us. */
const folders = ['/usr/local/bin', '/usr/bin', '/bin', '/opt/homebrew/bin'];
const timeoutSeconds = 20;

/** Looks for restic on this host and asks its version. */
export const findRestic = async (host: MachineShell): Promise<FoundRestic> => {
  const program = findProgram('restic', folders);
  if (program === undefined)
    return { program: 'restic', version: undefined, reason: found('restic.not_installed') };
  const restic = createRestic({
    shell: host,
    program,
    access: { environment: {}, secrets: [] },
    tuning: defaultTuning,
    cacheFolder: undefined,
    timeoutSeconds,
  });
  try {
    const version = await restic.version(new AbortController().signal);
    return { program, version };
  } catch (error) {
    const reason =
      error instanceof ResticFailure ? error.reason : found('restic.words', { words: String(error) });
    return { program, version: undefined, reason };
  }
};
