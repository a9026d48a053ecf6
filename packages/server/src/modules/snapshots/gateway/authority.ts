import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../../kernel/errors.ts';
import type { RepositoryStore } from '../repository-store.ts';

/** Who asks at the gateway, and for which repository. */
export interface Authority {
  readonly grantId: string;
  readonly machineId: string;
  readonly holderId: string;
  readonly mayAppend: boolean;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const parseBasic = (header: string | undefined): { name: string; secret: string } | undefined => {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]{1,1000})$/.exec(header ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString();
  const at = text.indexOf(':');
  return at === -1 ? undefined : { name: text.slice(0, at), secret: text.slice(at + 1) };
};

/**
 * Asks the database each time: what was revoked, or belongs to an older epoch, is refused from that moment on. Throws
 * `repository.credentials` (401) and `repository.refused` (403, whether there is such a repository or not).
 */
export const authorityOf = async (
  store: Pick<RepositoryStore, 'findGrant'>,
  header: string | undefined,
  machineId: string,
): Promise<Authority> => {
  const shown = parseBasic(header);
  if (shown === undefined || !uuid.test(shown.name)) throw new AppError('repository.credentials');
  const grant = await store.findGrant(shown.name);
  const digest = createHash('sha256').update(shown.secret).digest();
  if (grant === undefined || !timingSafeEqual(digest, grant.secret_sha256))
    throw new AppError('repository.credentials');
  const isOwn = grant.holder_id === grant.machine_id;
  const isStale = isOwn && grant.epoch !== grant.repository_epoch;
  if (grant.machine_id !== machineId || grant.revoked_at !== null || isStale)
    throw new AppError('repository.refused');
  return {
    grantId: grant.id,
    machineId,
    holderId: grant.holder_id,
    mayAppend: grant.access === 'append' && isOwn,
  };
};
