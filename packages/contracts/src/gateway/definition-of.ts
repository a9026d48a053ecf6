import type { GatewayRoute, RouteDefinition } from './gateway-routes.ts';

/** What is written back to change a part of a route: the route without what the server says of it. */
export const definitionOf = (route: GatewayRoute): RouteDefinition => {
  const {
    id: _id,
    projectId: _project,
    managedBy: _keeper,
    createdAt: _created,
    updatedAt: _updated,
    ...definition
  } = route;
  return definition;
};
