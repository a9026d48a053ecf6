import type { Transactor } from '../../kernel/db/database.ts';
import type { Audit } from './audit.ts';
import { deletePasswordToChange } from './user-store.ts';

/**
 * Takes back a password that somebody else chose and its user never made their own, now that they have proved
 * themselves elsewhere: they may not know it, and whoever chose it still does.
 */
export const takeBackPasswordToChange = async (
  transaction: Transactor,
  audit: Audit,
  userId: string,
  address: string | null,
): Promise<void> => {
  if (!(await deletePasswordToChange(transaction, userId))) return;
  await audit(
    {
      actorId: userId,
      action: 'user.password_removed',
      subjectType: 'user',
      subjectId: userId,
      address,
    },
    transaction,
  );
};
