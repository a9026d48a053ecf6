import type { ErrorCode } from '@dumont/contracts/errors';
import { AppError } from '../../kernel/errors.ts';

/** Names of constraints as the codes that a caller may see. */
const codes: Readonly<Record<string, ErrorCode>> = {
  provider_accounts_name_key: 'provider.name_taken',
  provider_accounts_external_key: 'provider.duplicate',
  provider_accounts_project_id_fkey: 'project.not_found',
  host_blacklist_project_id_fkey: 'project.not_found',
  market_watches_project_id_fkey: 'project.not_found',
};

/** For `catch`: a broken constraint that a caller can help becomes its error. */
export const throwConstraintError = (cause: unknown): never => {
  const code = codes[(cause as { constraint?: string }).constraint ?? ''];
  throw code === undefined ? cause : new AppError(code, {}, { cause });
};
