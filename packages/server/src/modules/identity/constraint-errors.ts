import type { ErrorCode } from '@dumont/contracts/errors';
import { AppError } from '../../kernel/errors.ts';

/** Names of constraints as the codes that a caller may see. */
const codes: Readonly<Record<string, ErrorCode>> = {
  users_email_key: 'user.email_taken',
  users_username_key: 'user.username_taken',
  roles_name_key: 'role.name_taken',
  projects_name_key: 'project.name_taken',
  ssh_keys_fingerprint_key: 'ssh_key.taken',
};

interface DatabaseError {
  readonly code?: string;
  readonly constraint?: string;
  readonly table?: string;
}

/** Runs a write; a broken constraint that a caller can help becomes its error. */
export const withConstraintErrors = async <T>(write: () => Promise<T>): Promise<T> => {
  try {
    return await write();
  } catch (cause) {
    const code = codes[(cause as DatabaseError).constraint ?? ''];
    if (code === undefined) throw cause;
    throw new AppError(code, {}, { cause });
  }
};

/** The table whose rows still refer to what was to be deleted (SQLSTATE 23503). */
export const findReferringTable = (error: unknown): string | undefined => {
  const { code, table } = error as DatabaseError;
  return code === '23503' ? table : undefined;
};
