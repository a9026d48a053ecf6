import type { Locale } from '@dumont/contracts/identity/auth';
import type { alarms } from './en/alarms.ts';
import type { cases } from './en/cases.ts';
import type { common } from './en/common.ts';
import type { costs } from './en/costs.ts';
import type { home } from './en/home.ts';
import type { machines } from './en/machines.ts';
import type { market } from './en/market.ts';
import type { optimization } from './en/optimization.ts';
import type { pipelines } from './en/pipelines.ts';
import type { portfolio } from './en/portfolio.ts';
import type { runs } from './en/runs.ts';
import type { services } from './en/services.ts';
import type { settings } from './en/settings.ts';
import type { shell } from './en/shell.ts';
import type { signIn } from './en/sign-in.ts';
import type { snapshots } from './en/snapshots.ts';
import type { storefront } from './en/storefront.ts';
import type { solutionPictures } from './en/solution-pictures.ts';

/** One file per area of the console; the area is the namespace of its keys. Portuguese is typed by English. */
export interface Texts {
  readonly alarms: typeof alarms;
  readonly cases: typeof cases;
  readonly common: typeof common;
  readonly costs: typeof costs;
  readonly home: typeof home;
  readonly machines: typeof machines;
  readonly market: typeof market;
  readonly optimization: typeof optimization;
  readonly pipelines: typeof pipelines;
  readonly portfolio: typeof portfolio;
  readonly runs: typeof runs;
  readonly services: typeof services;
  readonly settings: typeof settings;
  readonly shell: typeof shell;
  readonly signIn: typeof signIn;
  readonly snapshots: typeof snapshots;
  readonly solutionPictures: typeof solutionPictures;
  readonly storefront: typeof storefront;
}

export type Area = keyof Texts;

type Load = { readonly [A in Area]: () => Promise<Texts[A]> };

/** Each area in each language is a file of its own: what is not shown is not loaded. */
export const loadTexts: Record<Locale, Load> = {
  en: {
    alarms: async () => (await import('./en/alarms.ts')).alarms,
    cases: async () => (await import('./en/cases.ts')).cases,
    common: async () => (await import('./en/common.ts')).common,
    costs: async () => (await import('./en/costs.ts')).costs,
    home: async () => (await import('./en/home.ts')).home,
    machines: async () => (await import('./en/machines.ts')).machines,
    market: async () => (await import('./en/market.ts')).market,
    optimization: async () => (await import('./en/optimization.ts')).optimization,
    pipelines: async () => (await import('./en/pipelines.ts')).pipelines,
    portfolio: async () => (await import('./en/portfolio.ts')).portfolio,
    runs: async () => (await import('./en/runs.ts')).runs,
    services: async () => (await import('./en/services.ts')).services,
    settings: async () => (await import('./en/settings.ts')).settings,
    shell: async () => (await import('./en/shell.ts')).shell,
    signIn: async () => (await import('./en/sign-in.ts')).signIn,
    snapshots: async () => (await import('./en/snapshots.ts')).snapshots,
    solutionPictures: async () => (await import('./en/solution-pictures.ts')).solutionPictures,
    storefront: async () => (await import('./en/storefront.ts')).storefront,
  },
  'pt-BR': {
    alarms: async () => (await import('./pt-BR/alarms.ts')).alarms,
    cases: async () => (await import('./pt-BR/cases.ts')).cases,
    common: async () => (await import('./pt-BR/common.ts')).common,
    costs: async () => (await import('./pt-BR/costs.ts')).costs,
    home: async () => (await import('./pt-BR/home.ts')).home,
    machines: async () => (await import('./pt-BR/machines.ts')).machines,
    market: async () => (await import('./pt-BR/market.ts')).market,
    optimization: async () => (await import('./pt-BR/optimization.ts')).optimization,
    pipelines: async () => (await import('./pt-BR/pipelines.ts')).pipelines,
    portfolio: async () => (await import('./pt-BR/portfolio.ts')).portfolio,
    runs: async () => (await import('./pt-BR/runs.ts')).runs,
    services: async () => (await import('./pt-BR/services.ts')).services,
    settings: async () => (await import('./pt-BR/settings.ts')).settings,
    shell: async () => (await import('./pt-BR/shell.ts')).shell,
    signIn: async () => (await import('./pt-BR/sign-in.ts')).signIn,
    snapshots: async () => (await import('./pt-BR/snapshots.ts')).snapshots,
    solutionPictures: async () => (await import('./pt-BR/solution-pictures.ts')).solutionPictures,
    storefront: async () => (await import('./pt-BR/storefront.ts')).storefront,
  },
};

/** What every page shows, so that nothing is drawn before it. */
export const firstAreas = ['shell', 'common', 'signIn'] as const satisfies readonly Area[];

export const allAreas = Object.keys(loadTexts.en) as Area[];
