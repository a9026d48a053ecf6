import type { Caller } from '../../../kernel/access/caller.ts';
import { DoorError, type DoorRoute } from '../door.ts';

/** Throws where somebody comes with a key to what it is not for. */
export const assertKeyOpens = ({ key }: Caller, route: DoorRoute): void => {
  if (key === undefined) return;
  if (route.needsSession === true) {
    throw new DoorError(
      403,
      'This action requires an interactive session and can not be performed with an API key',
      { error_code: 'api_key_forbidden' },
    );
  }
  if (key.readOnly && route.method !== 'GET')
    throw new DoorError(403, 'This API key can only read', { error_code: 'api_key_read_only' });
};
