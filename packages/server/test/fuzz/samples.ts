import { builtInRoles } from '@dumont/contracts/access';

const cursor = (position: unknown): string => Buffer.from(JSON.stringify(position)).toString('base64url');
const someId = '01890000-0000-7000-8000-000000000000';

const timeZones = [
  'America/Sao_Paulo',
  'UTC',
  'utc',
  '+03:00',
  'Etc/GMT+12',
  'Pacific/Kiritimati',
  'PST8PDT',
  'Factory',
  "'",
];
const crons = [
  '0 3 * * *',
  '*/5 * * * * *',
  '0 0 30 2 *',
  '@daily',
  '* * * * * * *',
  '0 0 L * *',
  '99 * * * *',
];

/** Texts that mean something to the field of this name: what random characters would hardly ever hit. */
export const samplesByName: Readonly<Record<string, readonly string[]>> = {
  timeZone: timeZones,
  time_zone: timeZones,
  cron: crons,
  sleep_cron: crons,
  wake_cron: crons,
  gpu_name: ['RTX 4090', 'rtx_4090', '4090', 'H100 SXM'],
  gpu_type: ['RTX 4090', 'RTX_4090', ' '],
  cpf: ['52998224725', '529.982.247-25', '00000000191', '12345678900'],
  cursor: [
    { n: 10 },
    { n: -1 },
    { n: 2 ** 53 - 1 },
    { n: 1e300 },
    { n: 1.5 },
    { number: 2 ** 53 - 1 },
    { name: 'a\u0000b', id: someId },
    { name: '\ud800', id: someId },
    { name: 'a', id: someId },
    { id: someId },
    { at: '0000-01-01T00:00:00Z', id: someId },
    { netWorth: 'NaN', cnpj: '' },
    { netWorth: 'x', cnpj: 'y' },
    { netWorth: '1e400', cnpj: '\u0000' },
    [],
  ].map(cursor),
  subject: ['fund-data', 'fund-portals', 'cvm_diario', 'true'],
  id: ['cvm_diario', 'cvm_cda', 'maps', 'amplis', 'constructor', '1', '2147483648'],
  system: ['cvm_diario', 'cvm_cda', 'maps', 'constructor'],
  sistemas: ['cvm_diario', 'cvm_cda', 'maps', 'constructor'],
  opcao: ['meses_anteriores', 'constructor'],
  valor: ['0', '11', 'true'],
  systems: ['cvm_diario'],
  key: ['maps', 'amplis.reag', 'amplis.master', 'constructor'],
  path: ['/', '..', '~', '/proc/self/environ', '/dev/null/x'],
  role: Object.keys(builtInRoles),
  installationRole: Object.keys(builtInRoles),
  defaultProjectRole: Object.keys(builtInRoles),
  publicKey: [
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl a@b',
    'ssh-rsa AAAA',
    'ssh-ed25519 !!!!',
    '-----BEGIN OPENSSH PRIVATE KEY-----',
  ],
  metric: ['dumont_runs_waiting', 'process_cpu_user_seconds_total', 'nodejs_eventloop_lag_seconds'],
  event: ['run.failed', 'user.locked'],
  state: ['failed', 'failed,queued', 'queued,', ','],
  data_inicial: ['01/03/2026', '31/02/2026', '2026-03-01', '01/01/0001'],
  data_final: ['02/03/2026', '29/02/2024', '99/99/9999'],
  provider: ['sso', 'x'],
  returnTo: ['/', '/runs?x=1', '//evil.example'],
  action: ['user.created'],
  name: ['out.txt', 'default', 'destino', 'a/b', '../x', 'log.txt'],
};

export const dates: readonly string[] = [
  '0000-01-01',
  '0001-01-01',
  '1900-02-28',
  '2024-02-29',
  '2026-03-02',
  '9999-12-31',
];

/** Addresses that nobody answers at, and that the server must not call. */
export const addresses: readonly string[] = [
  'http://127.0.0.1:1/',
  'http://[::1]:1/',
  'https://user:word@10.0.0.1/',
  'http://169.254.169.254/latest',
  'http://0x7f000001/',
];

const deep = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
};

/** Values that break what was not thought of: put in place of good ones, at any depth. */
export const nastyValues: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  2 ** 63,
  1e308,
  -1e308,
  Number.MIN_VALUE,
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'x\udfffy',
  '\u202egnp.exe',
  '\r\nSet-Cookie: a=b',
  '💥'.repeat(20),
  'x'.repeat(300),
  'x'.repeat(100_000),
  '9'.repeat(400),
  "'; DROP TABLE app.users; --",
  '$1',
  '%',
  '%s%n',
  '\\',
  '*',
  '_%_%',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  'NaN',
  '1e999',
  '2026-02-30',
  '2026-13-01T00:00:00Z',
  someId,
  someId.toUpperCase(),
  [],
  {},
  [[[[]]]],
  deep(500),
  Array.from({ length: 5000 }, (_, at) => at),
  { constructor: { prototype: { polluted: true } } },
  { toString: 1, valueOf: 2, length: -1 },
];
