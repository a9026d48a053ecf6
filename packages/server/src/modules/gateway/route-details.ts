import { RouteDefinition } from '@dumont/contracts/gateway/gateway-routes';
import type { JsonObject } from '@dumont/contracts/primitives';
import { changeDetails, wholeDetails } from '../identity/index.ts';

type Sides = Pick<RouteDefinition, 'requestHeaders' | 'responseHeaders'>;

const sides = ['requestHeaders', 'responseHeaders'] as const;
const bare = RouteDefinition.parse({ name: '-', path: '/', upstreams: [{ url: 'http://bare.invalid' }] });

/** What a header is set to may be a key of the service behind: only its name is told. */
const told = (route: RouteDefinition): JsonObject => {
  const namesOnly = (side: keyof Sides) => ({ ...route[side], set: Object.keys(route[side].set) });
  const whole = {
    ...route,
    requestHeaders: namesOnly('requestHeaders'),
    responseHeaders: namesOnly('responseHeaders'),
  };
  // As the database has it: what is not said is not there.
  return JSON.parse(JSON.stringify(whole)) as JsonObject;
};

/** A whole route for the audit log, as far as it is not like every other. */
export const routeDetails = (route: RouteDefinition): JsonObject => wholeDetails(told(bare), told(route));

/** What the audit log tells of a change; undefined where there is none. */
export const routeChange = (before: RouteDefinition, after: RouteDefinition): JsonObject | undefined => {
  const details = changeDetails(told(before), told(after));
  const reset = sides.filter(
    (side) => !(side in details) && JSON.stringify(before[side].set) !== JSON.stringify(after[side].set),
  );
  if (Object.keys(details).length + reset.length === 0) return undefined;
  return { name: before.name, ...details, ...(reset.length === 0 ? {} : { fields: reset }) };
};
