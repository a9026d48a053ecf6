import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { faultProfiles } from '../src/faults/index.ts';
import { findObstacle, openProcessBodies } from '../src/machines/index.ts';
import { startVast } from '../src/vast/index.ts';
import { systemClock } from './system-clock.ts';
import { toldToStop } from './told-to-stop.ts';

const usage = `npm run simulator -- [options]      (or the environment, in brackets)

A cloud of GPU machines on this host that speaks the API of Vast.

  --port <port>           0 takes a free one; 8770  [DUMONT_SIMULATOR_PORT]
  --data <folder>         where it goes on after a restart; .dumont/simulator  [DUMONT_SIMULATOR_DATA_DIR]
  --seed <number>         of a new folder: which market it is; 1  [DUMONT_SIMULATOR_SEED]
  --machines <number>     of a new folder: how many there are; 160
  --bad <share>           of a new folder: how many of them are bad, 0 to 1; 0.15
  --bodies <kind>         process: machines run and answer SSH; virtual: they are only said to; auto: what this
                          host can do; auto
  --faults <profile>      ${Object.keys(faultProfiles).join(', ')}; none  [DUMONT_SIMULATOR_FAULTS]
  --speed <number>        how many seconds pass there in one here; 1
  --no-limits             without the intervals between calls
  --api-key <key>         a generated one, kept in the folder  [DUMONT_SIMULATOR_API_KEY]
  --until-stdin-ends      ends with whoever started it, however that ends
  --control-token <text>  opens /_simulator/ to its bearer  [DUMONT_SIMULATOR_CONTROL_TOKEN]
`;

const { env } = process;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: env['DUMONT_SIMULATOR_PORT'] ?? '8770' },
    data: { type: 'string', default: env['DUMONT_SIMULATOR_DATA_DIR'] ?? '.dumont/simulator' },
    seed: { type: 'string', default: env['DUMONT_SIMULATOR_SEED'] ?? '1' },
    machines: { type: 'string', default: '160' },
    bad: { type: 'string', default: '0.15' },
    bodies: { type: 'string', default: 'auto' },
    faults: { type: 'string', default: env['DUMONT_SIMULATOR_FAULTS'] ?? 'none' },
    speed: { type: 'string', default: '1' },
    'no-limits': { type: 'boolean', default: false },
    'api-key': { type: 'string', default: env['DUMONT_SIMULATOR_API_KEY'] ?? '' },
    'control-token': { type: 'string', default: env['DUMONT_SIMULATOR_CONTROL_TOKEN'] ?? '' },
    'until-stdin-ends': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const fail = (message: string): never => {
  console.error(`${message}\n\n${usage}`);
  process.exit(78);
};

const readNumber = (
  name: 'port' | 'seed' | 'machines' | 'bad' | 'speed',
  low: number,
  high: number,
): number => {
  const number = Number(values[name]);
  return number >= low && number <= high && values[name].trim() !== ''
    ? number
    : fail(`--${name} is a number from ${low} to ${high}, not ${values[name]}`);
};

const readApiKey = async (): Promise<string> => {
  if (values['api-key'] !== '') return values['api-key'];
  const path = join(values.data, 'api-key');
  const known = await readFile(path, 'utf8').catch(() => '');
  if (known !== '') return known.trim();
  const made = randomBytes(32).toString('hex');
  await mkdir(values.data, { recursive: true, mode: 0o700 });
  await writeFile(path, made, { mode: 0o600 });
  return made;
};

const main = async (): Promise<void> => {
  if (values.help) {
    console.log(usage);
    return;
  }
  if (!['auto', 'process', 'virtual'].includes(values.bodies)) fail('--bodies is auto, process or virtual');
  const obstacle = values.bodies === 'auto' ? await findObstacle() : undefined;
  if (obstacle !== undefined) console.error(`Machines are virtual, without SSH: ${obstacle}`);
  const isVirtual = values.bodies === 'virtual' || obstacle !== undefined;
  if (!Object.hasOwn(faultProfiles, values.faults))
    fail(`--faults is none of its profiles: ${values.faults}`);
  const speed = readNumber('speed', 0.001, 1e6);
  const apiKey = await readApiKey();
  const vast = await startVast({
    port: readNumber('port', 0, 65_535),
    dataFolder: values.data,
    seed: readNumber('seed', 0, 2 ** 32 - 1),
    market: { machines: readNumber('machines', 1, 16_000), badShare: readNumber('bad', 0, 1) },
    accounts: [{ username: 'dumont', apiKey }],
    clock: systemClock,
    speed,
    hasLimits: !values['no-limits'],
    faultProfile: values.faults,
    ...(values['control-token'] === '' ? {} : { controlToken: values['control-token'] }),
    ...(isVirtual
      ? {}
      : {
          openBodies: (cloud) =>
            openProcessBodies({
              cloud,
              folder: values.data,
              clock: systemClock,
              speed,
              onError: (id, error) => console.error(`machine ${id}:`, error),
            }),
        }),
  });
  const stopped = toldToStop({ untilStdinEnds: values['until-stdin-ends'] });
  console.log(`VAST_URL=${vast.url}`);
  console.log(
    values['api-key'] === ''
      ? `VAST_API_KEY is in ${join(values.data, 'api-key')}`
      : 'VAST_API_KEY is the given one',
  );
  await stopped;
  await vast[Symbol.asyncDispose]();
};

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
