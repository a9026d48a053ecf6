import type { Command } from 'commander';
import type { OpenContext } from '../context.ts';
import { registerUserAccess } from './user/access.ts';
import { registerUserCreate } from './user/create.ts';
import { registerUserRead } from './user/read.ts';
import { registerUserRole } from './user/role.ts';

export const registerUser = (program: Command, open: OpenContext): void => {
  const user = program
    .command('user')
    .summary('people who may sign in')
    .description('Users: list, create, disable, enable, give roles.');
  registerUserRead(user, open);
  registerUserCreate(user, open);
  registerUserAccess(user, open);
  registerUserRole(user, open);
};
