import type { Clock } from './kernel/clock.ts';
import type { Config } from './kernel/config/config.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './kernel/db/embedded/embedded-postgres.ts';
import type { Logger } from './kernel/log.ts';

export interface DatabaseServer extends AsyncDisposable {
  readonly url: string;
  /** Where runs reach it; undefined for a database elsewhere. */
  readonly runSocketDir: () => string | undefined;
  /** The role of runs, where another than `dumont_funds`: several installations share this PostgreSQL. */
  readonly fundsRole?: string;
  /** The role of the ordering service, where another than `dumont_storefront`. */
  readonly storefrontRole?: string;
  /** Resolves when the embedded database cannot be kept up. */
  readonly lost: Promise<void>;
}

const maxRestarts = 5;
const forgivenAfterMs = 60_000;

/** The database of the configuration: the one named, or our own, which is started again when it dies. */
export const openDatabase = async (
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  deps: { clock: Clock; log: Logger },
): Promise<DatabaseServer> => {
  if (config.databaseUrl !== undefined) {
    return {
      url: config.databaseUrl,
      runSocketDir: () => undefined,
      lost: new Promise(() => undefined),
      [Symbol.asyncDispose]: async () => undefined,
    };
  }
  const start = (): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({
      dataDir: config.dataDir,
      log: (level, message, fields) => deps.log[level](fields ?? {}, message),
    });
  let current = await start();
  let isStopping = false;
  const url = current.url;

  const supervise = async (): Promise<void> => {
    for (let restarts = 0; restarts < maxRestarts; restarts += 1) {
      const startedMs = deps.clock.elapsedMs();
      const { code, signal } = await current.ended;
      if (isStopping) return;
      if (deps.clock.elapsedMs() - startedMs > forgivenAfterMs) restarts = 0;
      deps.log.error({ code, signal }, 'PostgreSQL ended by itself; starting it again');
      // Gives up the dead one's claim on the folder.
      await current[Symbol.asyncDispose]();
      current = await start();
      if (isStopping) return current[Symbol.asyncDispose]();
      if (current.url !== url) throw new Error('PostgreSQL came back at another address');
    }
  };
  const lost = Promise.withResolvers<void>();
  const supervising = supervise().then(
    () => (isStopping ? undefined : lost.resolve()),
    (error: unknown) => {
      deps.log.error({ error }, 'PostgreSQL cannot be kept up');
      lost.resolve();
    },
  );
  return {
    url,
    runSocketDir: () => current.runSocketDir,
    lost: lost.promise,
    [Symbol.asyncDispose]: async () => {
      isStopping = true;
      await current[Symbol.asyncDispose]();
      await supervising;
    },
  };
};
