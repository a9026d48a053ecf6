import { findProgram } from '../../../kernel/system/find-program.ts';
import type { MachineShell } from '../machine-shell.ts';
import { defaultTuning } from './access.ts';
import { createRestic } from './restic.ts';

export interface FoundRestic {
  /** Its path on this host; without one its name, so that a later start of it says what is missing. */
  readonly program: string;
  /** Undefined when it cannot be used. */
  readonly version: string | undefined;
  readonly reason: string;
}

/** Where systems keep programs; never the PATH of who started us. */
const folders = ['/usr/local/bin', '/usr/bin', '/bin', '/opt/homebrew/bin'];
const timeoutSeconds = 20;

/** Looks for restic on this host and asks its version. */
export const findRestic = async (host: MachineShell): Promise<FoundRestic> => {
  const program = findProgram('restic', folders);
  if (program === undefined)
    return { program: 'restic', version: undefined, reason: 'restic is not installed' };
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
    return { program, version, reason: `restic ${version}` };
  } catch (error) {
    return { program, version: undefined, reason: error instanceof Error ? error.message : String(error) };
  }
};
