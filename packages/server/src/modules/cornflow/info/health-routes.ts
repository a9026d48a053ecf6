import { Readable } from 'node:stream';
import { version } from '../../../kernel/version.ts';
import type { DoorRoute } from '../door.ts';

export const createHealthRoutes = (deps: {
  /** Throws where the database does not answer. */
  readonly ask: () => Promise<unknown>;
  /** Where the documents of our own API are. */
  readonly docsUrl: string;
}): readonly DoorRoute[] => {
  const health: DoorRoute = {
    view: 'health',
    rule: '/health/',
    method: 'GET',
    roles: 'public',
    handle: async () => {
      // The engine that solves is within the server and stands on the same database.
      const state = await deps.ask().then(
        () => 'healthy',
        () => 'unhealthy',
      );
      return {
        status: 200,
        json: { cornflow_status: state, backend_status: state, cornflow_version: version },
      };
    },
  };

  const toDocs = (view: string, rule: string): DoorRoute => ({
    view,
    rule,
    method: 'GET',
    roles: 'public',
    handle: async () => ({
      status: 302,
      stream: {
        content: Readable.from(['{}']),
        mediaType: 'application/json',
        headers: { location: deps.docsUrl },
      },
    }),
  });

  return [health, toDocs('swagger', '/swagger/'), toDocs('swagger-ui', '/swagger-ui/')];
};
