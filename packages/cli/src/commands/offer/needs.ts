import { type Command, Option } from 'commander';
import { amountUpTo, wholeNumber } from '../arguments.ts';

/** What a machine must have, as options. Absent: any. */
export interface NeedsOptions {
  readonly gpu?: string;
  readonly gpus?: number;
  readonly gpuRam?: number;
  readonly cpuCores?: number;
  readonly ram?: number;
  readonly down?: number;
  readonly maxPrice?: number;
  readonly cuda?: number;
  readonly reliability?: number;
  readonly region?: 'US' | 'EU' | 'ASIA';
  readonly verified?: boolean;
  readonly staticIp?: boolean;
  readonly spot?: boolean;
}

const regions = ['US', 'EU', 'ASIA'];

export const regionOption = (): Option => new Option('--region <region>', 'where it is').choices(regions);

export const maxPriceOption = (): Option =>
  new Option('--max-price <dollars>', 'an hour at most, disk included').argParser(amountUpTo(1000));

export const addNeeds = (command: Command): Command =>
  command
    .option('--gpu <name>', 'such as "RTX 4090"')
    .addOption(new Option('--gpus <number>', 'how many of them').argParser(wholeNumber(1, 8)))
    .addOption(maxPriceOption())
    .option('--gpu-ram <GB>', 'of one GPU at least', amountUpTo(10_000))
    .option('--cpu-cores <number>', 'at least', amountUpTo(10_000))
    .option('--ram <GB>', 'at least', amountUpTo(100_000))
    .option('--down <Mbps>', 'of its link at least', amountUpTo(1_000_000))
    .option('--reliability <share>', 'at least, 0 to 1', amountUpTo(1))
    .option('--cuda <version>', 'at least', amountUpTo(1000))
    .addOption(regionOption())
    .option('--verified', 'only hosts that the provider verified')
    .option('--static-ip', 'only with an address that stays')
    .option('--spot', 'cheaper, and taken away by a higher bid');

const given = <Value, Key extends string>(key: Key, value: Value | undefined): { [K in Key]?: Value } =>
  (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };

/** The filters that searches and orders share, named as the API names them. */
export const sharedNeeds = (options: NeedsOptions) => ({
  ...given('gpu_name', options.gpu),
  ...given('num_gpus', options.gpus),
  ...given('max_price', options.maxPrice),
  ...given('min_gpu_ram', options.gpuRam),
  ...given('min_cpu_cores', options.cpuCores),
  ...given('min_cpu_ram', options.ram),
  ...given('min_inet_down', options.down),
  ...given('min_reliability', options.reliability),
  ...given('min_cuda', options.cuda),
  ...given('region', options.region),
  machine_type: options.spot === true ? ('bid' as const) : ('on-demand' as const),
});
