import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs, parseEnv } from 'node:util';
import { startMercadoPago } from '../src/mercado-pago/index.ts';
import { systemClock } from './system-clock.ts';
import { toldToStop } from './told-to-stop.ts';

const usage = `npm run mercado-pago -- [options]      (or the environment, in brackets)

Plays Mercado Pago on this host: QR codes of stores, a page on which they are paid, signed notifications.

  --port <port>           0 takes a free one; 8771  [DUMONT_MERCADO_PAGO_PORT]
  --host <address>        0.0.0.0 lets phones in; 127.0.0.1  [DUMONT_MERCADO_PAGO_HOST]
  --data <folder>         where it goes on after a restart; .dumont/mercado-pago  [DUMONT_MERCADO_PAGO_DATA_DIR]
  --webhook <url>         where notifications go; http://127.0.0.1:8070/pagamentos/webhook
                          [DUMONT_MERCADO_PAGO_WEBHOOK_URL]
  --seed <number>         of identifiers and of faults by chance; 1
  --control-token <text>  opens /_simulator/ to its bearer  [DUMONT_MERCADO_PAGO_CONTROL_TOKEN]
  --until-stdin-ends      ends with whoever started it, however that ends

The seller is the one of MERCADO_PAGO_ACCESS_TOKEN, MERCADO_PAGO_WEBHOOK_SECRET, MERCADO_PAGO_USER_ID and
MERCADO_PAGO_POS_ID. What is not given is made up once, and kept in the file seller.env of the folder.
`;

const { env } = process;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: env['DUMONT_MERCADO_PAGO_PORT'] ?? '8771' },
    host: { type: 'string', default: env['DUMONT_MERCADO_PAGO_HOST'] ?? '127.0.0.1' },
    data: { type: 'string', default: env['DUMONT_MERCADO_PAGO_DATA_DIR'] ?? '.dumont/mercado-pago' },
    webhook: {
      type: 'string',
      default: env['DUMONT_MERCADO_PAGO_WEBHOOK_URL'] ?? 'http://127.0.0.1:8070/pagamentos/webhook',
    },
    seed: { type: 'string', default: '1' },
    'control-token': { type: 'string', default: env['DUMONT_MERCADO_PAGO_CONTROL_TOKEN'] ?? '' },
    'until-stdin-ends': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const fail = (message: string): never => {
  console.error(`${message}\n\n${usage}`);
  process.exit(78);
};

const readNumber = (name: 'port' | 'seed', highest: number): number =>
  /^\d{1,10}$/.test(values[name]) && Number(values[name]) <= highest
    ? Number(values[name])
    : fail(`--${name} is a number from 0 to ${highest}, not ${values[name]}`);

const applicationId = '7364289770550796';

const madeUp = (): Readonly<Record<string, string>> => ({
  MERCADO_PAGO_ACCESS_TOKEN: `APP_USR-${applicationId}-112114-${randomBytes(16).toString('hex')}-1403498245`,
  MERCADO_PAGO_WEBHOOK_SECRET: randomBytes(32).toString('hex'),
  MERCADO_PAGO_USER_ID: '1403498245',
  MERCADO_PAGO_POS_ID: 'LOJ001POS001',
});

/** The settings of a seller: given, else kept, else made up. They are kept for whoever is to use them. */
const readSeller = async (path: string) => {
  const kept = parseEnv(await readFile(path, 'utf8').catch(() => ''));
  const seller = Object.fromEntries(
    Object.entries(madeUp()).map(([name, made]) => [name, env[name] || kept[name] || made]),
  );
  const text = Object.entries(seller).map(([name, value]) => `${name}=${value}\n`);
  await mkdir(values.data, { recursive: true, mode: 0o700 });
  await writeFile(path, text.join(''), { mode: 0o600 });
  const setting = (name: string): string => seller[name] ?? fail(`${name} is missing`);
  const userId = setting('MERCADO_PAGO_USER_ID');
  return /^\d{1,15}$/.test(userId)
    ? {
        userId,
        accessToken: setting('MERCADO_PAGO_ACCESS_TOKEN'),
        webhookSecret: setting('MERCADO_PAGO_WEBHOOK_SECRET'),
        posIds: [setting('MERCADO_PAGO_POS_ID')],
      }
    : fail('MERCADO_PAGO_USER_ID is a number');
};

const main = async (): Promise<void> => {
  if (values.help) {
    console.log(usage);
    return;
  }
  if (!URL.canParse(values.webhook) || !/^https?:/.test(values.webhook))
    fail('--webhook is an address of http or https');
  const port = readNumber('port', 65_535);
  const seed = readNumber('seed', 2 ** 32 - 1);
  const path = join(values.data, 'seller.env');
  const mercadoPago = await startMercadoPago({
    port,
    host: values.host,
    dataFolder: values.data,
    account: {
      ...(await readSeller(path)),
      applicationId,
      webhookUrl: values.webhook,
      name: 'Lanchonete Dumont',
      city: 'São Paulo',
      postalCode: '01310100',
    },
    seed,
    clock: systemClock,
    controlToken: values['control-token'] === '' ? undefined : values['control-token'],
  });
  const stopped = toldToStop({ untilStdinEnds: values['until-stdin-ends'] });
  console.log(`MERCADO_PAGO_URL=${mercadoPago.url}`);
  console.log(`The other settings of a seller are in ${path}`);
  console.log(`Payers pay at ${mercadoPago.url}/pagar, notifications go to ${values.webhook}`);
  await stopped;
  await mercadoPago[Symbol.asyncDispose]();
};

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
