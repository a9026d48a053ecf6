import { readFile, stat } from 'node:fs/promises';

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
  /** Rises with every rental that takes charge: a newer agent replaces an older one. */
  readonly epoch: number;
  readonly dead_man: DeadManConfig | null;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const readDeadMan = (value: unknown): DeadManConfig | null => {
  if (value === undefined || value === null) return null;
  if (!isRecord(value)) throw new Error('dead_man is no object');
  const { after_hours: hours, save, environment = {}, stop } = value;
  // In minutes it would end machines whenever a server is restarted.
  if (typeof hours !== 'number' || !(hours >= 1)) throw new Error('dead_man.after_hours is below 1');
  const areCommands =
    Array.isArray(save) && save.every((one) => Array.isArray(one) && one.length > 0 && one.every(isText));
  if (!areCommands || save.length === 0) throw new Error('dead_man.save is no list of commands');
  if (!isRecord(environment) || !Object.values(environment).every((one) => typeof one === 'string'))
    throw new Error('dead_man.environment is no map of texts');
  if (!isRecord(stop) || !isText(stop['method']) || !isText(stop['url']) || !isText(stop['authorization']))
    throw new Error('dead_man.stop lacks method, url or authorization');
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

/** Throws for what is no configuration. Nothing of its content is in the message: it has the token. */
export const parseConfig = (text: string): AgentConfig => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('the configuration is no JSON');
  }
  if (!isRecord(value)) throw new Error('the configuration is no object');
  const { url, token, instance_id: instanceId, epoch } = value;
  if (!isText(url) || !/^https?:\/\//.test(url)) throw new Error('url is no address');
  if (!isText(token)) throw new Error('token is missing');
  if (!isText(instanceId)) throw new Error('instance_id is missing');
  if (typeof epoch !== 'number' || !Number.isInteger(epoch)) throw new Error('epoch is no whole number');
  return {
    url: url.replace(/\/+$/, ''),
    token,
    instance_id: instanceId,
    epoch,
    dead_man: readDeadMan(value['dead_man']),
  };
};

/** Refuses a file that others in the machine can read: whoever has the token can speak for the machine. */
export const readConfig = async (path: string): Promise<AgentConfig> => {
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) throw new Error(`${path} can be read by others: its mode must be 0600`);
  return parseConfig(await readFile(path, 'utf8'));
};
