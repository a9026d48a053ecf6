import type { SshKey } from '@dumont/contracts/identity/keys';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import type { Random } from '../../kernel/random.ts';
import type { Audit } from './audit.ts';
import { announce } from './changes.ts';
import { withConstraintErrors } from './constraint-errors.ts';
import { deleteSshKeyRow, insertSshKey, listSshKeyRows, type SshKeyRow } from './ssh-key-store.ts';
import { parseSshPublicKey } from './ssh-public-key.ts';

const asSshKey = ({ createdAt, ...row }: SshKeyRow): SshKey => ({
  ...row,
  createdAt: createdAt.toISOString(),
});

export const createSshKeyHandlers = (deps: {
  db: Database;
  clock: Clock;
  random: Random;
  audit: Audit;
}): Handlers<'listSshKeys' | 'createSshKey' | 'deleteSshKey'> => ({
  listSshKeys: async ({ caller }) => ({
    items: (await listSshKeyRows(deps.db, caller.userId)).map(asSshKey),
  }),

  createSshKey: async ({ caller, body, context }) => {
    const { algorithm, fingerprint, line } = parseSshPublicKey(body.publicKey);
    const row = {
      id: deps.random.id(),
      name: body.name,
      algorithm,
      fingerprint,
      createdAt: deps.clock.now(),
    };
    await withConstraintErrors(() =>
      deps.db.transaction().execute(async (transaction) => {
        await insertSshKey(transaction, { ...row, userId: caller.userId, publicKey: line });
        await announce(transaction, `user:${caller.userId}`);
        await deps.audit(
          {
            actorId: caller.userId,
            action: 'ssh_key.added',
            subjectType: 'ssh_key',
            subjectId: row.id,
            address: context.address,
            details: { name: row.name, fingerprint },
          },
          transaction,
        );
      }),
    );
    return asSshKey(row);
  },

  deleteSshKey: async ({ caller, params, context }) => {
    await deps.db.transaction().execute(async (transaction) => {
      const fingerprint = await deleteSshKeyRow(transaction, { id: params.id, userId: caller.userId });
      if (fingerprint === undefined) throw new AppError('ssh_key.not_found');
      await announce(transaction, `user:${caller.userId}`);
      await deps.audit(
        {
          actorId: caller.userId,
          action: 'ssh_key.removed',
          subjectType: 'ssh_key',
          subjectId: params.id,
          address: context.address,
          details: { fingerprint },
        },
        transaction,
      );
    });
  },
});
