import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Ends an abandoned machine; see `dead-man.ts`. */
export interface DeadManConfig {
  /** Without a word of the server, and quiet, for so long. */
  readonly after_hours: number;
  /** Commands that save and verify the machine's files: all must end well, or it is not stopped. */
  readonly save: readonly (readonly string[])[];
  /** What they are given besides PATH and HOME. */
  readonly environment: Readonly<Record<string, string>>;
  /** The provider's call that stops this machine, with the machine's own restricted key. */
  readonly stop: {
    readonly method: string;
    readonly url: string;
    readonly authorization: string;
    readonly body: string;
  };
}

export interface AgentConfig {
  /** Where the server is reached, without a path. */
  readonly url: string;
  readonly token: string;
  readonly instance_id: string;
  /** Rises with every rental that takes charge. Told in the log. */
  readonly epoch: number;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const parse = (text: string): Record<string, unknown> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('the configuration is no JSON');
  }
  if (!isRecord(value)) throw new Error('the configuration is no object');
  return value;
};
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const parseDeadMan = (text: string): DeadManConfig => {
  const { after_hours: hours, save, environment = {}, stop } = parse(text);
  // In minutes it would end machines whenever a server is restarted.
  if (typeof hours !== 'number' || !(hours >= 1)) throw new Error('after_hours is below 1');
  const areCommands =
    Array.isArray(save) && save.every((one) => Array.isArray(one) && one.length > 0 && one.every(isText));
  if (!areCommands || save.length === 0) throw new Error('save is no list of commands');
  if (!isRecord(environment) || !Object.values(environment).every((one) => typeof one === 'string'))
    throw new Error('environment is no map of texts');
  if (!isRecord(stop) || !isText(stop['method']) || !isText(stop['url']) || !isText(stop['authorization']))
    throw new Error('stop lacks method, url or authorization');
  return {
    after_hours: hours,
    save: save as string[][],
    environment: environment as Record<string, string>,
    stop: {
      method: stop['method'],
      url: stop['url'],
      authorization: stop['authorization'],
      body: typeof stop['body'] === 'string' ? stop['body'] : '',
    },
  };
};

/**
 * Where `url` is null the server is reached by its tunnel. Throws for what is no configuration. Nothing of its content
 * is in the message: it has the token.
 */
const parseConfig = (text: string, tunnelPort: number): AgentConfig => {
  const value = parse(text);
  const { url: ownUrl, token, instance_id: instanceId, epoch } = value;
  const url = ownUrl === null ? `http://127.0.0.1:${tunnelPort}` : ownUrl;
  if (!isText(url) || !/^https?:\/\//.test(url)) throw new Error('url is no address');
  if (!isText(token)) throw new Error('token is missing');
  if (!isText(instanceId)) throw new Error('instance_id is missing');
  if (typeof epoch !== 'number' || !Number.isInteger(epoch)) throw new Error('epoch is no whole number');
  return {
    url: url.replace(/\/+$/, ''),
    token,
    instance_id: instanceId,
    epoch,
  };
};

/** Refuses a file that others in the machine can read: whoever has the token can speak for the machine. */
const readSecret = async (path: string): Promise<string> => {
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) throw new Error(`${path} can be read by others: its mode must be 0600`);
  return readFile(path, 'utf8');
};

/** What an agent works with, and one hash over all of it. */
export interface Settings {
  readonly agent: AgentConfig;
  /** Null: the switch is off. It has a file of its own, which nobody but the machine's user writes. */
  readonly deadMan: DeadManConfig | null;
  readonly hash: string;
}

const unlessMissing = (error: unknown): undefined => {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  throw error;
};

/**
 * Throws for what is missing, wrong, or can be read by others. The port of the tunnel is in a file of its own, because
 * the server writes it at times of its own; until it is there, no beat arrives.
 */
export const readSettings = async (folder: string): Promise<Settings> => {
  const text = await readSecret(join(folder, 'agent.json'));
  const deadMan = await readSecret(join(folder, 'dead-man.json')).catch(unlessMissing);
  const port = await readFile(join(folder, 'tunnel-port'), 'utf8').catch(unlessMissing);
  return {
    agent: parseConfig(text, Number(port ?? 0)),
    deadMan: deadMan === undefined ? null : parseDeadMan(deadMan),
    hash: createHash('sha256')
      .update(JSON.stringify([text, deadMan, port]))
      .digest('hex'),
  };
};
