import type { en } from '../en/index.ts';
import { alarms } from './alarms.ts';
import { common } from './common.ts';
import { home } from './home.ts';
import { pipelines } from './pipelines.ts';
import { portfolio } from './portfolio.ts';
import { runs } from './runs.ts';
import { settings } from './settings.ts';
import { shell } from './shell.ts';
import { signIn } from './sign-in.ts';

export { errorTexts } from './error-texts.ts';

/** Typed by the English texts: a key that is missing here does not compile. */
export const ptBR: typeof en = { alarms, common, home, pipelines, portfolio, runs, settings, shell, signIn };
