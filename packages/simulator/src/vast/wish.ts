import type { Wish } from '../cloud/contract.ts';
import { isObject, type JsonObject } from '../json.ts';
import { failure, invalid, type VastResponse } from './reply.ts';

/** The provider's limits, in characters, dollars and GB. */
const maxImage = 1024;
const maxCommand = 4096;
const maxLabel = 256;
const maxEnvValue = 256;
const maxEnv = 32_768;
export const minPrice = 0.001;
const maxPrice = 128;
const minDiskGb = 8;
const defaultDiskGb = 10;

type Env = readonly (readonly [string, string])[];

/** `-e A=B -p 8080:8080 -h name`, as Docker takes it. */
const parseFlags = (flags: string): Env => {
  const words = [...flags.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  );
  const env: [string, string][] = [];
  for (let index = 0; index < words.length; index++) {
    const flag = words[index] ?? '';
    if (!flag.startsWith('-')) continue;
    const value = words[++index] ?? '';
    const [name = '', ...rest] = value.split('=');
    env.push(flag === '-e' ? [name, rest.join('=')] : [`${flag} ${value}`, '1']);
  }
  return env;
};

const readEnv = (env: unknown): Env | undefined => {
  if (env === undefined || env === null) return [];
  if (typeof env === 'string') return parseFlags(env);
  if (Array.isArray(env))
    return (env as unknown[]).flatMap((pair) =>
      Array.isArray(pair) ? [[String(pair[0]), String(pair[1])] as const] : [],
    );
  return isObject(env) ? Object.entries(env).map(([name, value]) => [name, String(value)]) : undefined;
};

export const readText = (value: unknown): string | null =>
  typeof value === 'string' ? value : value === undefined || value === null ? null : JSON.stringify(value);

/** An empty label is none. */
export const readLabel = (value: unknown): string | null => readText(value) || null;

const isTooLong = (text: string | null, most: number): boolean => text !== null && text.length > most;

const readPrice = (price: unknown): number | null | undefined => {
  if (price === undefined || price === null) return null;
  const number = Number(price);
  return number >= minPrice && number <= maxPrice ? Math.round(number * 1e6) : undefined;
};

export const invalidPrice = (): VastResponse =>
  failure(400, 'invalid_price', `error 400/3468: Invalid price: it must be from ${minPrice} to ${maxPrice}`);

/** A bid in micro-dollars; undefined when it is out of bounds. */
export const readBid = (price: unknown): number | undefined => readPrice(price) ?? undefined;

/** What a renter asks for, or why it is refused. `hasSshKey`: the account has one. */
export const readWish = (body: JsonObject, hasSshKey: boolean): Wish | VastResponse => {
  const templateHash = readText(body['template_hash_id']);
  const image = readText(body['image']) ?? (templateHash === null ? null : 'vastai/base-image:latest');
  if (image === null || image === '') return invalid("Invalid args: 'image' is required");
  if (isTooLong(image, maxImage)) return invalid(`invalid image, longer than ${maxImage}`);
  const argsText = readText(body['args_str']);
  const args = Array.isArray(body['args'])
    ? (body['args'] as unknown[]).map(String)
    : (argsText?.split(' ') ?? []);
  const onstart = readText(body['onstart']);
  if (args.join(' ').length + (onstart?.length ?? 0) > maxCommand)
    return invalid(`invalid args and onstart, longer than ${maxCommand} together`);
  const label = readLabel(body['label']);
  if (isTooLong(label, maxLabel)) return invalid(`invalid label, longer than ${maxLabel}`);
  const env = readEnv(body['env']);
  if (env === undefined) return invalid('invalid env arguments');
  if (env.some(([, value]) => value.length > maxEnvValue))
    return invalid(`invalid env arguments, a value is longer than ${maxEnvValue}`);
  if (env.reduce((sum, [name, value]) => sum + name.length + value.length, 0) > maxEnv)
    return invalid('invalid env arguments, total length > 32KB');
  const diskGb = body['disk'] === undefined || body['disk'] === null ? defaultDiskGb : Number(body['disk']);
  if (!(diskGb >= minDiskGb)) return invalid(`invalid disk, at least ${minDiskGb} GB`);
  const bidMicrosPerHour = readPrice(body['price']);
  if (bidMicrosPerHour === undefined) return invalidPrice();
  const isVm = body['vm'] === true;
  if (isVm && !hasSshKey)
    return failure(400, 'no_ssh_key_for_vm', 'error 400/3470: a VM needs an SSH key in the account');
  const targetState = body['target_state'] === 'stopped' ? 'stopped' : 'running';
  const cancel = body['cancel_unavail'];
  return {
    image,
    runtype: readText(body['runtype']) ?? (args.length > 0 ? 'args' : 'ssh'),
    env,
    onstart,
    args,
    diskGb,
    label,
    bidMicrosPerHour,
    targetState,
    cancelUnavailable:
      typeof cancel === 'boolean' ? cancel : bidMicrosPerHour === null && targetState === 'running',
    templateHash,
    isVm,
  };
};
