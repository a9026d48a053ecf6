import { createHmac } from 'node:crypto';

export interface SignedParts {
  /** The `data.id` of the address; without one its part is left out. */
  readonly dataId?: string | undefined;
  readonly requestId: string;
  readonly atMs: number;
}

/** The header `x-signature` of a notification. The identifier is signed in small letters, however it is sent. */
export const signNotification = (secret: string, { dataId, requestId, atMs }: SignedParts): string => {
  const id = dataId === undefined ? '' : `id:${dataId.toLowerCase()};`;
  const manifest = `${id}request-id:${requestId};ts:${atMs};`;
  return `ts=${atMs},v1=${createHmac('sha256', secret).update(manifest).digest('hex')}`;
};
