import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { NotificationRefused, type NotificationRequest } from '../../application/payment-provider.ts';

/**
 * A notification that was not answered comes again after 15 minutes, and it is not said that it is signed anew then:
 * the first try again must not be too old. To send an old one once more only makes us ask.
 */
const maxAgeMs = 20 * 60_000;
const maxAheadMs = 5 * 60_000;

const signaturePattern = /^\s*ts=(\d{10,13})\s*,\s*v1=([0-9a-f]{64})\s*$/;
const orderId = z.string().regex(/^ORD[0-9A-Z]{1,61}$/i);

const Body = z.looseObject({
  type: z.literal('order'),
  data: z.looseObject({ id: orderId }),
});

const refuse = (why: string): never => {
  throw new NotificationRefused(why);
};

/**
 * Whose order a notification is about. Header names are in small letters. Only the topic `order` is taken: it is the
 * one to choose for the webhook.
 */
export const readNotification = (
  { headers, query, body }: NotificationRequest,
  now: Date,
  secret: string,
): { externalId: string } => {
  const [, ts = '', given = ''] = signaturePattern.exec(headers['x-signature'] ?? '') ?? [];
  const requestId = headers['x-request-id'];
  const dataId = orderId.safeParse(query['data.id']).data;
  if (ts === '' || requestId === undefined || dataId === undefined)
    return refuse('It is not a signed notification of an order.');
  // Identifiers are signed in small letters, however they are sent.
  const manifest = `id:${dataId.toLowerCase()};request-id:${requestId};ts:${ts};`;
  const expected = createHmac('sha256', secret).update(manifest).digest();
  if (!timingSafeEqual(expected, Buffer.from(given, 'hex'))) return refuse('Its signature is not right.');
  const sentMs = ts.length > 10 ? Number(ts) : Number(ts) * 1000;
  const ageMs = now.getTime() - sentMs;
  if (ageMs > maxAgeMs || ageMs < -maxAheadMs) return refuse('It was signed at another time.');
  const told = Body.safeParse(body).data;
  if (told?.data.id.toUpperCase() !== dataId.toUpperCase())
    return refuse('It tells of another thing than it was signed for.');
  return { externalId: dataId.toUpperCase() };
};
