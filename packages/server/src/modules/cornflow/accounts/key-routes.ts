import type { DoorRoute } from '../door.ts';
import { oneOf, optional, readBody, text } from '../fields.ts';
import { said } from '../objects/answers.ts';
import { toNaive } from '../objects/naive-time.ts';
import type { AccountDeps } from './deps.ts';

const daySeconds = 24 * 60 * 60;

/** `totp_code` comes from clients that ask their users for one: nobody has one here. */
const keyFields = { totp_code: optional(text), scope: optional(oneOf('full', 'read')) };

/** The key of a user: one at a time, for programs, good at this door alone until it ends. */
export const createKeyRoutes = (deps: Pick<AccountDeps, 'config' | 'signIn'>): readonly DoorRoute[] => {
  const { keys } = deps.signIn;
  const address = {
    view: 'user-api-key',
    rule: '/user/api-key/',
    roles: ['viewer', 'planner', 'admin', 'service'],
    needsSession: true,
  } as const;

  return [
    {
      ...address,
      method: 'POST',
      body: keyFields,
      handle: async ({ user, document, address: from }) => {
        const { scope = 'full' } = readBody(document, keyFields);
        const readOnly = scope === 'read';
        const name = readOnly ? 'Cornflow, read only' : 'Cornflow';
        const seconds = deps.config.keyDays * daySeconds;
        const { token, expiresAt } = await keys.issue(user.caller.userId, { name, readOnly, seconds }, from);
        // This one time has its zone, as that of Cornflow has.
        return {
          status: 201,
          json: { api_key: token, expires_at: `${toNaive(expiresAt)}+00:00`, scope },
        };
      },
    },
    {
      ...address,
      method: 'DELETE',
      handle: async ({ user, address: from }) => {
        await keys.revoke(user.caller.userId, from);
        return said('The API key has been revoked');
      },
    },
  ];
};
