import type { Command } from 'commander';
import type { OpenContext } from '../context.ts';
import { registerAlarm } from './alarm.ts';
import { registerApp } from './app.ts';
import { registerCase } from './case.ts';
import { registerCompletion } from './completion.ts';
import { registerDoctor } from './doctor.ts';
import { registerExecution } from './execution.ts';
import { registerLogin } from './login.ts';
import { registerLogout } from './logout.ts';
import { registerMachine } from './machine.ts';
import { registerMarket } from './market.ts';
import { registerOffer } from './offer.ts';
import { registerPipeline } from './pipeline.ts';
import { registerPortfolio } from './portfolio.ts';
import { registerProblem } from './problem.ts';
import { registerRole } from './role.ts';
import { registerRoute } from './route.ts';
import { registerRun } from './run.ts';
import { registerSchedule } from './schedule.ts';
import { registerSnapshot } from './snapshot.ts';
import { registerSolve } from './solve.ts';
import { registerSshKey } from './ssh-key.ts';
import { registerStorefront } from './storefront.ts';
import { registerToken } from './token.ts';
import { registerUp } from './up.ts';
import { registerUser } from './user.ts';
import { registerVersion } from './version.ts';
import { registerWhoami } from './whoami.ts';

/** Every command, in the order and under the headings of the help. */
export const registerCommands = (program: Command, open: OpenContext): void => {
  const groups = {
    'Server and sign-in:': [registerUp, registerLogin, registerLogout, registerWhoami, registerDoctor],
    'Work:': [registerRun, registerSchedule, registerPipeline, registerPortfolio, registerAlarm],
    'Optimization:': [registerSolve, registerApp, registerProblem, registerExecution, registerCase],
    'Machines:': [registerMachine, registerOffer, registerMarket, registerSnapshot],
    'Services:': [registerRoute, registerStorefront],
    'People and access:': [registerUser, registerRole, registerToken, registerSshKey],
    'This program:': [registerCompletion, registerVersion],
  };
  for (const [heading, registrations] of Object.entries(groups)) {
    program.commandsGroup(heading);
    for (const register of registrations) register(program, open);
  }
};
