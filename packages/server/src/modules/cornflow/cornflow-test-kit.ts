import { createTestApp, type TestApp, type TestAppOptions } from '../../../test/test-app.ts';
import { roleNumbers, type RoleName } from './door.ts';

/** Members that answers have, each in some of them. */
export interface Members {
  readonly id: number;
  readonly name: string;
  readonly username: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly email: string;
  readonly created_at: string;
  readonly pwd_last_change: string;
  readonly token: string;
  readonly change_password: boolean;
  readonly error: string;
  readonly user_id: number;
  readonly user: string;
  readonly role_id: number;
  readonly role: string;
  readonly action: string;
  readonly action_id: number;
  readonly api_view: string;
  readonly api_view_id: number;
  readonly criticality: number;
  readonly cornflow_status: string;
  readonly library: string;
  readonly license: string;
  readonly url_rule: string;
  readonly methods: readonly {
    readonly method: string;
    readonly public: boolean;
    readonly roles: RoleName[];
    readonly takes_file: boolean;
    readonly query: readonly FieldForm[];
    readonly fields: readonly FieldForm[] | null;
  }[];
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
}

/** One field as `/meta_resource/` describes it. */
export interface FieldForm {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly nullable: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Members;
  readonly rows: readonly Members[];
}

/** One who asks as the Python client does: brotli announced with every request, none used. */
export interface Client {
  readonly token: string | undefined;
  readonly id: number;
  ask(method: string, path: string, body?: unknown): Promise<Answer>;
}

export interface CornflowBed extends AsyncDisposable {
  readonly app: TestApp;
  readonly url: string;
  readonly stranger: Client;
  readonly people: Readonly<Record<RoleName, Client>>;
  login(username: string, password?: string): Promise<Client>;
  clientWith(token: string | undefined, id?: number): Client;
}

export const password = 'Correct-horse1';

const seed = (Object.keys(roleNumbers) as RoleName[]).map((role) => ({
  username: `${role}_user`,
  email: `${role}.user@example.org`,
  password,
  role,
}));

export const createCornflowBed = async (options: TestAppOptions = {}): Promise<CornflowBed> => {
  await using building = new AsyncDisposableStack();
  const app = building.use(
    await createTestApp({
      ...options,
      environment: {
        DUMONT_CORNFLOW_SEED: JSON.stringify(seed),
        DUMONT_CORNFLOW_ALARMS: 'true',
        ...options.environment,
      },
    }),
  );
  const url = `${app.url}/cornflow`;
  const clientWith = (token: string | undefined, id = 0): Client => ({
    token,
    id,
    ask: async (method, path, body) => {
      const answer = await fetch(`${url}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          'Content-Type': 'application/json',
          'Content-Encoding': 'br',
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      return {
        status: answer.status,
        headers: answer.headers,
        text,
        get json() {
          return JSON.parse(text) as Members;
        },
        get rows() {
          return JSON.parse(text) as Members[];
        },
      };
    },
  });
  const login = async (username: string, given = password): Promise<Client> => {
    const answer = await clientWith(undefined).ask('POST', '/login/', { username, password: given });
    if (answer.status !== 200) throw new Error(`${username} cannot sign in: ${answer.text}`);
    return clientWith(answer.json.token, answer.json.id);
  };
  const signedIn = await Promise.all(
    seed.map(async ({ role, username }) => [role, await login(username)] as const),
  );
  const parts = building.move();
  return {
    app,
    url,
    stranger: clientWith(undefined),
    people: Object.fromEntries(signedIn) as CornflowBed['people'],
    login,
    clientWith,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
};
