import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import type { RouteInput } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import { type Context, isId } from '../../context.ts';
import { findOne } from '../../input/find-one.ts';

/** A route as it is written: what is left out is as the server has it by itself. */
export type WrittenRoute = RouteInput<Routes['createGatewayRoute']>['body']['route'];

/** How commands describe an argument that `findRoute` takes. */
export const routeReference = 'its name, its id, or the start or end of that';

export const listRoutes = async (context: Context): Promise<readonly GatewayRoute[]> => {
  const client = await context.client();
  return (await client.listGatewayRoutes({ query: await context.inProject() })).items;
};

/** The route that a word of the user means. */
export const findRoute = async (context: Context, word: string): Promise<GatewayRoute> => {
  if (!isId(word)) return findOne('route', await listRoutes(context), word, ({ name }) => name);
  const client = await context.client();
  return client.getGatewayRoute({ params: { id: word.toLowerCase() } });
};
