import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Logger } from '../kernel/log.ts';
import { startProgram, type Program } from './program.ts';

/** Settings `MERCADO_PAGO_*` of the ordering service, and where the wallet of a simulated provider is. */
export type PaymentSettings = Readonly<Record<string, string>>;

/** The stand-in of the payment provider, for who has no account there; its seller is kept in the data folder. */
export const startPayments = async (deps: {
  readonly checkout: string;
  readonly dataDir: string;
  readonly port: number;
  readonly webhookUrl: string;
  readonly log: Logger;
}): Promise<{ readonly program: Program; readonly settings: PaymentSettings }> => {
  const folder = join(deps.dataDir, 'mercado-pago');
  const program = await startProgram({
    name: 'The simulated payment provider',
    file: join(deps.checkout, 'packages/simulator/bin/mercado-pago.ts'),
    args: ['--port', String(deps.port), '--data', folder, '--webhook', deps.webhookUrl],
    environment: {},
    ready: /^MERCADO_PAGO_URL=(\S+)$/,
    log: deps.log,
  });
  const seller = parseEnv(await readFile(join(folder, 'seller.env'), 'utf8')) as PaymentSettings;
  const url = program.said[1] ?? '';
  return {
    program,
    settings: { ...seller, MERCADO_PAGO_URL: url, STOREFRONT_WALLET_URL: `${url}/pagar` },
  };
};
