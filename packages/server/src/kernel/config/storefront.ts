import type { Settings } from './settings.ts';

export interface StorefrontConfig {
  readonly port: number;
  /** `MERCADO_PAGO_*` as they are; undefined: a simulated provider is run at `paymentsPort`. */
  readonly mercadoPago: Readonly<Record<string, string>> | undefined;
  readonly paymentsPort: number;
}

export const readStorefrontConfig = (settings: Settings): StorefrontConfig | 'off' | undefined => {
  if (settings.text('DUMONT_STOREFRONT') === undefined) return undefined;
  if (!settings.flag('DUMONT_STOREFRONT', false)) return 'off';
  return {
    port: settings.integer('DUMONT_STOREFRONT_PORT', 8070, { min: 0, max: 65_535 }),
    mercadoPago: settings.group('MERCADO_PAGO_', (own) => ({
      MERCADO_PAGO_URL: own.text('URL') ?? 'https://api.mercadopago.com',
      MERCADO_PAGO_ACCESS_TOKEN: own.required('ACCESS_TOKEN'),
      MERCADO_PAGO_WEBHOOK_SECRET: own.required('WEBHOOK_SECRET'),
      MERCADO_PAGO_USER_ID: own.required('USER_ID'),
      MERCADO_PAGO_POS_ID: own.required('POS_ID'),
    })),
    paymentsPort: settings.integer('DUMONT_MERCADO_PAGO_PORT', 8771, { min: 0, max: 65_535 }),
  };
};
