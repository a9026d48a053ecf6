import { z } from 'zod';
import { holdersOfAny } from '../access.ts';
import { route } from '../route.ts';

/**
 * The ordering service as its staff administers it, without a page of its own: the server asks it for them, as the
 * gateway would. What each role may do, the service decides.
 */

/** Whoever works there. */
export const staff = holdersOfAny('service:kitchen', 'service:attendant', 'service:manager');

/** Decimal, never a fraction of floating point: `12.90`. */
export const Money = z.string().regex(/^\d{1,10}\.\d{2}$/);

/** What every call may be answered. */
export const refusals = ['storefront.off', 'storefront.unreachable', 'storefront.refused'] as const;

export const getStorefront = route({
  method: 'GET',
  path: '/api/v1/storefront',
  tag: 'storefront',
  summary: 'Whether the ordering service runs here, and where its pages are',
  access: staff,
  response: z.strictObject({
    /** Whether the server leads there; false where it was never switched on. */
    enabled: z.boolean(),
    /** As people reach the gateway: the pages of customers, kitchen and counter. */
    shopUrl: z.string(),
    kitchenUrl: z.string(),
    pickupUrl: z.string(),
  }),
});
