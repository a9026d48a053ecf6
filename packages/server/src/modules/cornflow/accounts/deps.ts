import type { Clock } from '../../../kernel/clock.ts';
import type { CornflowConfig } from '../../../kernel/config/cornflow.ts';
import type { Database } from '../../../kernel/db/database.ts';
import type { Accounts, AccountRoles, DoorSignIn, Recovery } from '../../identity/index.ts';
import type { Mail } from '../../mail/index.ts';
import type { Matrix } from '../access/matrix.ts';
import type { People } from '../access/people.ts';
import type { RoleChanges } from '../access/role-changes.ts';
import type { Workers } from '../access/workers.ts';
import type { AppGrantStore } from '../../optimization/index.ts';
import type { AssertNotBlocked } from './mail-blocklist.ts';

export interface AccountDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly config: CornflowConfig;
  readonly accounts: Accounts;
  readonly accountRoles: AccountRoles;
  readonly people: People;
  readonly roleChanges: RoleChanges;
  readonly matrix: Matrix;
  readonly signIn: Omit<DoorSignIn, 'byPassword'> & Pick<Workers, 'byPassword'>;
  readonly recovery: Recovery;
  readonly mail: Mail;
  readonly grants: AppGrantStore;
  readonly assertNotBlocked: AssertNotBlocked;
}
