import type { Command } from 'commander';
import type { OpenContext } from '../context.ts';
import { registerMachineAdopt } from './machine/adopt.ts';
import { registerMachineCost } from './machine/cost.ts';
import { registerMachineDeploy } from './machine/deploy.ts';
import { registerMachineEvents } from './machine/events.ts';
import { registerMachineKeepAlive } from './machine/keep-alive.ts';
import { registerMachineLifeCycle } from './machine/life-cycle.ts';
import { registerMachineMetrics } from './machine/metrics.ts';
import { registerMachineMove } from './machine/move.ts';
import { registerMachineRead } from './machine/read.ts';
import { registerMachineSet } from './machine/set.ts';
import { registerMachineSsh } from './machine/ssh.ts';
import { registerMachineWatch } from './machine/watch.ts';
import { registerOfferSearch } from './offer/search.ts';

export const registerMachine = (program: Command, open: OpenContext): void => {
  const machine = program
    .command('machine')
    .summary('rent, enter, put to sleep and wake GPU machines')
    .description('Machines with GPUs: rent, enter, put to sleep, wake, move, destroy.');
  registerOfferSearch(machine, open, 'offers');
  registerMachineDeploy(machine, open);
  registerMachineRead(machine, open);
  registerMachineSsh(machine, open);
  registerMachineWatch(machine, open);
  registerMachineLifeCycle(machine, open);
  registerMachineMove(machine, open);
  registerMachineSet(machine, open);
  registerMachineKeepAlive(machine, open);
  registerMachineEvents(machine, open);
  registerMachineMetrics(machine, open);
  registerMachineCost(machine, open);
  registerMachineAdopt(machine, open);
};
