import { AppError } from '../../../kernel/errors.ts';
import { ShellLost } from '../../snapshots/index.ts';
import { SshError } from '../ssh/target.ts';

/** True for what goes wrong when a machine cannot be entered, or the connection to it breaks: it may come back. */
export const isMachineUnreachable = (error: unknown): boolean =>
  error instanceof ShellLost ||
  error instanceof SshError ||
  (error instanceof AppError && error.code === 'machine.unreachable');
