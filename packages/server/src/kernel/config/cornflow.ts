import type { Settings } from './settings.ts';

/** The door for clients of Cornflow. */
export interface CornflowConfig {
  /** A listener of its own, at whose root the door is; undefined for none. */
  readonly port: number | undefined;
  /** Who may make accounts: nobody, administrators, everybody. */
  readonly signUp: 'off' | 'admin' | 'open';
  /** Of whoever signs up. */
  readonly signUpRole: string;
  readonly tokenHours: number;
  /** How long the key of a user is good. */
  readonly keyDays: number;
  /** After so many days clients are told that a password is old. */
  readonly passwordDays: number;
  readonly passwordLength: number;
  /** Pages that may read answers; `*` for all. */
  readonly corsOrigins: readonly string[];
  readonly alarms: boolean;
  /** Whom nobody can delete at this door: solver apps sign in as they. */
  readonly serviceUser: string;
  /** Everybody may use all solver apps; else those that they were granted. */
  readonly openApps: boolean;
  /** Names a file with domains whose mail addresses nobody may have here. */
  readonly mailBlocklist: string | undefined;
  /** Files of executions are deleted after so many days; 0 keeps them. */
  readonly filesDays: number;
  /** Users that a test installation starts with. */
  readonly seed: readonly SeedUser[];
}

export interface SeedUser {
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly role: (typeof seedRoles)[number];
}

const seedRoles = ['dummy', 'viewer', 'planner', 'admin', 'service'] as const;

const isSeedUser = (value: unknown): value is SeedUser => {
  if (typeof value !== 'object' || value === null) return false;
  const { username, email, password, role, ...rest } = value as Readonly<Record<string, unknown>>;
  const isText = [username, email, password].every((each) => typeof each === 'string' && each !== '');
  return isText && Object.keys(rest).length === 0 && (seedRoles as readonly unknown[]).includes(role);
};

const readSeed = (given: string | undefined): readonly SeedUser[] | undefined => {
  if (given === undefined) return [];
  try {
    const users: unknown = JSON.parse(given);
    return Array.isArray(users) && users.every(isSeedUser) ? users : undefined;
  } catch {
    return undefined;
  }
};

export const readCornflowConfig = (settings: Settings, corsOrigins: readonly string[]): CornflowConfig => {
  const seed = readSeed(settings.text('DUMONT_CORNFLOW_SEED'));
  if (seed === undefined) {
    // What was found holds passwords: it is not shown.
    settings.wrong(
      'DUMONT_CORNFLOW_SEED',
      '...',
      `a JSON list of {"username", "email", "password", "role"}, role one of ${seedRoles.join(', ')}`,
    );
  }
  const port = settings.integer('DUMONT_CORNFLOW_PORT', -1, { min: 0, max: 65_535 });
  return {
    port: port === -1 ? undefined : port,
    signUp: settings.choice('DUMONT_CORNFLOW_SIGN_UP', ['off', 'admin', 'open'] as const, 'admin'),
    signUpRole: settings.choice(
      'DUMONT_CORNFLOW_SIGN_UP_ROLE',
      ['viewer', 'planner', 'operator'] as const,
      'planner',
    ),
    tokenHours: settings.integer('DUMONT_CORNFLOW_TOKEN_HOURS', 24, { min: 1, max: 744 }),
    keyDays: settings.integer('DUMONT_CORNFLOW_KEY_DAYS', 90, { min: 1, max: 366 }),
    passwordDays: settings.integer('DUMONT_CORNFLOW_PASSWORD_DAYS', 120, { min: 1, max: 36_500 }),
    passwordLength: settings.integer('DUMONT_CORNFLOW_PASSWORD_LENGTH', 8, { min: 5, max: 64 }),
    corsOrigins: settings.list('DUMONT_CORNFLOW_CORS_ORIGINS', corsOrigins),
    alarms: settings.flag('DUMONT_CORNFLOW_ALARMS', false),
    serviceUser: settings.text('DUMONT_CORNFLOW_SERVICE_USER') ?? 'service_user',
    openApps: settings.flag('DUMONT_CORNFLOW_OPEN_APPS', true),
    mailBlocklist: settings.text('DUMONT_CORNFLOW_MAIL_BLOCKLIST'),
    filesDays: settings.integer('DUMONT_CORNFLOW_FILES_DAYS', 90, { min: 0, max: 36_500 }),
    seed: seed ?? [],
  };
};
