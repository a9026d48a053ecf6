import type { Merchant } from './emv.ts';

/** The one seller of a stand-in, as its panel at Mercado Pago would show it. */
export interface Account extends Merchant {
  readonly userId: string;
  readonly applicationId: string;
  readonly accessToken: string;
  /** Signs notifications. */
  readonly webhookSecret: string;
  /** Where notifications go; without it only orders that name an address have any. */
  readonly webhookUrl: string | undefined;
  /** The `external_id` of its points of sale. */
  readonly posIds: readonly string[];
}
