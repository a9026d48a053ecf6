import { ApiError, type Client, UnreachableError } from '@dumont/contracts/client';
import type { Context } from '../context.ts';
import { CliError, reachReason } from '../failure.ts';
import { openEventStream } from '../follow/event-stream.ts';
import { createAnonymousClient, type Session } from '../session/session.ts';
import { isLoopback } from '../session/server-url.ts';
import { version } from '../version.ts';

export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly finding: string;
  /** What mends it; null when nothing needs mending. */
  readonly remedy: string | null;
}

const ok = (name: string, finding: string): Finding => ({ name, state: 'ok', finding, remedy: null });
const skipped = (name: string, finding: string): Finding => ({
  name,
  state: 'skipped',
  finding,
  remedy: null,
});
const warning = (name: string, finding: string, remedy: string): Finding => ({
  name,
  state: 'warning',
  finding,
  remedy,
});
const failed = (name: string, finding: string, remedy: string): Finding => ({
  name,
  state: 'failed',
  finding,
  remedy,
});

/** Tokens live for minutes and are checked against the server's clock. */
const clockToleranceMs = 5_000;

const examineHere = async ({ host, configFile }: Context): Promise<Finding[]> => {
  const { runtime } = host;
  const findings = [
    Number(/^v?(\d+)/.exec(runtime.version)?.[1]) >= 24
      ? ok('node', `${runtime.version} on ${runtime.platform} ${runtime.arch}`)
      : failed('node', `${runtime.version} is too old`, 'Install Node 24, or run npm ci in the checkout.'),
  ];
  try {
    await configFile.read();
    findings.push(
      (await configFile.exposed())
        ? warning('configuration', `${configFile.path} can be read by others`, `chmod 600 ${configFile.path}`)
        : ok('configuration', configFile.path),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    findings.push(failed('configuration', reason, `Delete ${configFile.path} and sign in again.`));
  }
  return findings;
};

const examineHealth = async (context: Context, client: Client, url: string): Promise<Finding[]> => {
  const { clock } = context.host;
  const asked = clock.now().getTime();
  let health: Awaited<ReturnType<Client['health']>>;
  try {
    health = await client.health();
  } catch (error) {
    if (error instanceof UnreachableError) {
      return [
        failed(
          'server',
          `${url} cannot be reached: ${reachReason(error)}`,
          isLoopback(url)
            ? 'Start it: dumont up. If it runs elsewhere, name it: dumont doctor --url ADDRESS'
            : 'Check the address (--url, DUMONT_URL), the network, and that the server runs.',
        ),
      ];
    }
    const reason = error instanceof Error ? error.message : String(error);
    return [failed('server', `${url}: ${reason}`, 'Look into the log of the server.')];
  }
  const answered = clock.now().getTime();
  const offsetMs = Date.parse(health.timestamp) - (asked + answered) / 2;
  const [ours, theirs] = [version.split('.'), health.version.split('.')];
  const alike = ours[0] === theirs[0] && ours[1] === theirs[1];
  return [
    ok('server', `${url} answers in ${answered - asked} ms`),
    alike
      ? ok('version', `${health.version}, the same as this CLI`)
      : warning(
          'version',
          `the server is ${health.version}, this CLI ${version}`,
          'Use the CLI that came with the server, or update the older one.',
        ),
    health.database === 'ok'
      ? ok('database', 'answers the server')
      : failed(
          'database',
          'does not answer the server',
          'Look into the log of the server; check DATABASE_URL.',
        ),
    Math.abs(offsetMs) <= clockToleranceMs
      ? ok('clock', 'agrees with the server')
      : warning(
          'clock',
          `this computer is ${Math.round(Math.abs(offsetMs) / 1000)} s ${offsetMs > 0 ? 'behind' : 'ahead of'} the server`,
          'Switch on time synchronisation (NTP) on both.',
        ),
  ];
};

const examineLogin = async (session: Session): Promise<Finding> => {
  const signIn = `Sign in: dumont login ${session.url}`;
  if (session.source === 'none') return failed('login', 'you are not signed in', signIn);
  try {
    const me = await session.client.me();
    return me.mustChangePassword
      ? failed('login', `${me.email} must change the password first`, signIn)
      : ok('login', `${me.name} <${me.email}>`);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const notTaken = error instanceof CliError || (error instanceof ApiError && error.status === 401);
    if (!notTaken) return failed('login', detail, 'Look into the log of the server.');
    return session.source === 'environment'
      ? failed('login', `DUMONT_TOKEN is not taken: ${detail}`, 'Unset it, or put a valid API token in it.')
      : failed('login', detail, signIn);
  }
};

const examineEvents = async ({ host }: Context, session: Session): Promise<Finding> => {
  try {
    await using _ = await openEventStream(session.url, await session.bearer(), host.clock, host.interrupted);
    return ok('live events', 'the WebSocket opens');
  } catch (error) {
    return warning(
      'live events',
      `the WebSocket does not open: ${error instanceof Error ? error.message : String(error)}`,
      'Let the proxy in between pass upgrades on /api/v1/events; until then logs are asked for every second.',
    );
  }
};

const examineServer = async (session: Session): Promise<Finding[]> => {
  try {
    const installation = await session.client.installation();
    return installation.checks.map((check) => ({ ...check, name: `server: ${check.name}` }));
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) {
      return [skipped('server checks', 'they need the permission settings:read')];
    }
    const reason = error instanceof Error ? error.message : String(error);
    return [failed('server checks', reason, 'Look into the log of the server.')];
  }
};

/** Everything worth knowing when something does not work, from here outwards. Never throws for what it finds. */
export const examine = async (context: Context): Promise<Finding[]> => {
  const findings = await examineHere(context);
  if (findings.some(({ name, state }) => name === 'configuration' && state === 'failed')) return findings;
  const session = await context.session();
  const health = await examineHealth(context, createAnonymousClient(context.host, session.url), session.url);
  findings.push(...health);
  if (health[0]?.state !== 'ok') {
    return [
      ...findings,
      skipped('login', 'the server cannot be asked'),
      skipped('server checks', 'likewise'),
    ];
  }
  const login = await examineLogin(session);
  findings.push(login);
  if (login.state !== 'ok') return findings;
  return [...findings, await examineEvents(context, session), ...(await examineServer(session))];
};
