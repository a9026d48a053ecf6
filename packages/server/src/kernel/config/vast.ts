import { ConfigError, type Settings } from './settings.ts';

type Own = Pick<Settings, 'required'>;

/** The installation's first provider account. */
export interface VastConfig {
  readonly url: string;
  readonly apiKey: string;
}

export const readVastConfig = (own: Own, url: string | undefined): VastConfig => ({
  url: url ?? 'https://console.vast.ai',
  apiKey: own.required('API_KEY'),
});

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** For replicas whose data folders are not kept: the id by which machines are ours. */
export const readInstallationId = (own: Own): string => {
  const id = own.required('ID').toLowerCase();
  if (uuid.test(id)) return id;
  throw new ConfigError(
    `DUMONT_INSTALLATION_ID: found ${JSON.stringify(id)}, allowed: a UUID, the same for every replica`,
  );
};
