import { Email } from '@dumont/contracts/primitives';
import type { Clock } from '../../kernel/clock.ts';
import type { Database, Transactor } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import type { Audit } from './audit.ts';
import { withConstraintErrors } from './constraint-errors.ts';
import { addUser } from './new-users.ts';
import { takeBackPasswordToChange } from './password-to-change.ts';
import type { OidcProvider, OidcSubject } from './oidc-provider.ts';
import { findUserByEmail, findUserIdByIdentity, insertIdentity } from './oidc-store.ts';
import { findLoginUserById, type LoginUser } from './user-store.ts';

interface OidcUserDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly audit: Audit;
  readonly defaultProjectId: string;
}

/**
 * The user of a subject: by issuer and subject, then by the verified e-mail, and made where there is none.
 * An e-mail that a user wrote there themselves joins nothing: they would wait in ambush for its real owner.
 */
export const ensureOidcUser = async (
  deps: OidcUserDeps,
  provider: Pick<OidcProvider, 'name' | 'role'>,
  subject: OidcSubject,
  address: string | null,
): Promise<LoginUser> => {
  const refuse = (reason: string): AppError => new AppError('auth.oidc', { provider: provider.name, reason });

  const join = async (transaction: Transactor): Promise<string> => {
    const known = await findUserIdByIdentity(transaction, subject);
    if (known !== undefined) return known;
    const email = Email.safeParse(subject.verifiedEmail).data;
    if (email === undefined) throw refuse('it did not confirm an e-mail address');
    const existing = await findUserByEmail(transaction, email);
    if (existing?.emailConfirmed === false) {
      throw refuse('a user with this e-mail exists, and nobody has confirmed that it is theirs');
    }
    const userId =
      existing?.id ??
      (await addUser(transaction, deps, {
        email,
        emailConfirmed: true,
        username: undefined,
        name: subject.name ?? email,
        passwordHash: null,
        mustChangePassword: false,
        installationRole: null,
        defaultProjectRole: provider.role,
        source: 'oidc',
      }));
    await insertIdentity(transaction, {
      issuer: subject.issuer,
      subject: subject.subject,
      userId,
      createdAt: deps.clock.now(),
    });
    await deps.audit(
      {
        actorId: userId,
        action: existing === undefined ? 'user.registered' : 'user.identity_joined',
        subjectType: 'user',
        subjectId: userId,
        address,
        details: { email, issuer: subject.issuer },
      },
      transaction,
    );
    return userId;
  };

  return withConstraintErrors(() =>
    deps.db.transaction().execute(async (transaction) => {
      const id = await join(transaction);
      await takeBackPasswordToChange(transaction, deps.audit, id, address);
      const user = await findLoginUserById(transaction, id);
      if (user === undefined) throw new AppError('user.not_found');
      return user;
    }),
  );
};
