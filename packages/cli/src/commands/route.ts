import type { Command } from 'commander';
import type { OpenContext } from '../context.ts';
import { registerRouteChange } from './route/change.ts';
import { registerRouteRead } from './route/read.ts';
import { registerRouteTest } from './route/test.ts';

export const registerRoute = (program: Command, open: OpenContext): void => {
  const route = program
    .command('route')
    .summary('services behind the gateway')
    .description('Routes of the gateway: which requests it takes, where they go, and how that goes.');
  registerRouteRead(route, open);
  registerRouteChange(route, open);
  registerRouteTest(route, open);
};
