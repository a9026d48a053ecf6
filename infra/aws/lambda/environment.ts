import type { CognitoConfig } from '../../../packages/server/src/kernel/config/cognito.ts';
import {
  createSettings,
  ConfigError,
  type Environment,
} from '../../../packages/server/src/kernel/config/settings.ts';
import { readGivenKeys } from '../../../packages/server/src/kernel/tokens/given-keys.ts';
import type { TokenKeys } from '../../../packages/server/src/kernel/tokens/signed-tokens.ts';

type Jwk = Parameters<typeof readGivenKeys>[0]['accepted'][number];

/** The value may be a private key: it is not repeated. */
const parse = (name: string, text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ConfigError(`${name}: allowed: JSON`);
  }
};

const asKeys = async (name: string, given: Parameters<typeof readGivenKeys>[0]): Promise<TokenKeys> => {
  try {
    return await readGivenKeys(given);
  } catch {
    throw new ConfigError(`${name}: allowed: keys of the curve P-256, each a JWK with a kid`);
  }
};

interface AuthSettings {
  readonly issuer: string;
  readonly keys: TokenKeys;
  readonly cognito: CognitoConfig;
}

/** What the function behind `/auth` is told. Throws `ConfigError`. */
export const readAuthSettings = async (environment: Environment): Promise<AuthSettings> => {
  const settings = createSettings(environment);
  const issuer = settings.required('CUSTOMERS_ISSUER');
  const signing = settings.required('CUSTOMERS_SIGNING_JWK');
  const cognito = {
    userPoolId: settings.required('CUSTOMERS_USER_POOL_ID'),
    // Lambda sets it.
    region: settings.required('AWS_REGION'),
    endpoint: settings.url('CUSTOMERS_COGNITO_ENDPOINT'),
    credentials: undefined,
  };
  settings.finish();
  const name = 'CUSTOMERS_SIGNING_JWK';
  const keys = await asKeys(name, { signing: parse(name, signing) as Jwk, accepted: [] });
  return { issuer, keys, cognito };
};

/** What the function behind `/validate` is told: public keys only. Throws `ConfigError`. */
export const readValidateSettings = async (
  environment: Environment,
): Promise<Pick<AuthSettings, 'issuer' | 'keys'>> => {
  const settings = createSettings(environment);
  const issuer = settings.required('CUSTOMERS_ISSUER');
  const jwks = settings.required('CUSTOMERS_JWKS');
  settings.finish();
  const name = 'CUSTOMERS_JWKS';
  const { keys } = parse(name, jwks) as { keys: readonly Jwk[] };
  return { issuer, keys: await asKeys(name, { signing: undefined, accepted: keys }) };
};
