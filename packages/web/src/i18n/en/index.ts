import { alarms } from './alarms.ts';
import { common } from './common.ts';
import { home } from './home.ts';
import { pipelines } from './pipelines.ts';
import { portfolio } from './portfolio.ts';
import { runs } from './runs.ts';
import { settings } from './settings.ts';
import { shell } from './shell.ts';
import { signIn } from './sign-in.ts';

/** One file per area of the console; the area is the namespace of its keys. */
export const en = { alarms, common, home, pipelines, portfolio, runs, settings, shell, signIn };
