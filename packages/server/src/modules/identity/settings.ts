import type { Locale } from '@dumont/contracts/identity/auth';
import type { UserSettings } from '@dumont/contracts/identity/settings';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import type { Audit } from './audit.ts';
import { findSettings, saveSettings } from './settings-store.ts';
import { changeUser } from './user-store.ts';

/** A user's own settings. */
export const createSettingsHandlers = (deps: {
  readonly db: Database;
  readonly clock: Clock;
  readonly audit: Audit;
  readonly hasMailServer: boolean;
  /** Of who has not chosen one. */
  readonly language: Locale;
}): Handlers<'getSettings' | 'putSettings'> => {
  const read = async (userId: string): Promise<UserSettings> => {
    const found = await findSettings(deps.db, userId);
    if (found === undefined) throw new AppError('user.not_found');
    const unconfirmed = found.emailConfirmed ? null : 'address_unconfirmed';
    return {
      language: found.language ?? deps.language,
      deployment: found.deployment,
      notifications: {
        mail: found.mail,
        mail_withheld: deps.hasMailServer ? unconfirmed : 'no_mail_server',
      },
    };
  };
  return {
    getSettings: ({ caller }) => read(caller.userId),
    putSettings: async ({ caller, body, context }) => {
      await deps.db.transaction().execute(async (tx) => {
        if (body.language !== undefined) await changeUser(tx, caller.userId, { locale: body.language });
        await saveSettings(
          tx,
          caller.userId,
          { deployment: body.deployment, mail: body.notifications?.mail },
          deps.clock.now(),
        );
        await deps.audit(
          {
            actorId: caller.userId,
            action: 'user.settings_changed',
            subjectType: 'user',
            subjectId: caller.userId,
            address: context.address,
            details: { parts: Object.keys(body) },
          },
          tx,
        );
      });
      return read(caller.userId);
    },
  };
};
