export type Environment = Readonly<Record<string, string | undefined>>;

/** All settings that are wrong, in one message. The main prints it and exits 78 (EX_CONFIG). */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export interface Settings {
  text(name: string): string | undefined;
  required(name: string): string;
  integer(name: string, otherwise: number, range: { min: number; max: number }): number;
  flag(name: string, otherwise: boolean): boolean;
  url(name: string, protocols?: readonly string[]): string | undefined;
  list(name: string, otherwise?: readonly string[]): readonly string[];
  choice<T extends string>(name: string, allowed: readonly T[], otherwise: T): T;
  choices<T extends string>(name: string, allowed: readonly T[], otherwise: readonly T[]): readonly T[];
  /** A group of settings with one prefix: undefined when none is set, read as a whole when one is. */
  group<T>(prefix: string, read: (own: OwnSettings) => T): T | undefined;
  /** Notes a setting that is wrong in a way that only its reader knows. */
  wrong(name: string, found: string, allowed: string): void;
  /** Throws what was wrong, all at once. */
  finish(): void;
}

/** Settings of one group, named without its prefix. */
export interface OwnSettings extends Pick<Settings, 'text' | 'required' | 'integer' | 'flag' | 'wrong'> {
  requiredUrl(name: string, protocols: readonly string[]): string;
}

export const createSettings = (environment: Environment): Settings => {
  const problems: string[] = [];
  const text = (name: string): string | undefined => {
    const value = environment[name]?.trim();
    return value === undefined || value === '' ? undefined : value;
  };
  const wrong = (name: string, found: string, allowed: string): void => {
    problems.push(`${name}: found ${JSON.stringify(found)}, allowed: ${allowed}`);
  };
  const required = (name: string): string => {
    const value = text(name);
    if (value === undefined) problems.push(`${name}: missing, needed because settings beside it are set`);
    return value ?? '';
  };
  const list = (name: string, otherwise: readonly string[] = []): readonly string[] =>
    text(name)
      ?.split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '') ?? otherwise;

  const integer: Settings['integer'] = (name, otherwise, { min, max }) => {
    const value = text(name);
    if (value === undefined) return otherwise;
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= min && number <= max) return number;
    wrong(name, value, `a whole number from ${min} to ${max}`);
    return otherwise;
  };
  const flag: Settings['flag'] = (name, otherwise) => {
    const value = text(name);
    if (value === undefined) return otherwise;
    if (['1', 'true', 'yes', 'on'].includes(value.toLowerCase())) return true;
    if (!['0', 'false', 'no', 'off'].includes(value.toLowerCase())) wrong(name, value, 'true or false');
    return false;
  };
  const url: Settings['url'] = (name, protocols = ['http:', 'https:']) => {
    const value = text(name);
    if (value === undefined) return undefined;
    const protocol = /^([a-z]+:)\/\//.exec(value)?.[1];
    if (protocol === undefined || !protocols.includes(protocol)) {
      // The value may hold a password: show its protocol only.
      wrong(name, protocol ?? 'no protocol', `an address that starts with ${protocols.join('// or ')}//`);
      return undefined;
    }
    return value.replace(/\/$/, '');
  };
  const own = (prefix: string): OwnSettings => ({
    text: (name) => text(prefix + name),
    required: (name) => required(prefix + name),
    integer: (name, otherwise, range) => integer(prefix + name, otherwise, range),
    flag: (name, otherwise) => flag(prefix + name, otherwise),
    requiredUrl: (name, protocols) =>
      (text(prefix + name) === undefined ? required(prefix + name) : url(prefix + name, protocols)) ?? '',
    wrong: (name, found, allowed) => wrong(prefix + name, found, allowed),
  });

  return {
    text,
    required,
    list,
    integer,
    flag,
    url,
    wrong,
    choice: (name, allowed, otherwise) => {
      const value = text(name);
      if (value === undefined) return otherwise;
      const found = allowed.find((item) => item === value);
      if (found === undefined) wrong(name, value, allowed.join(', '));
      return found ?? otherwise;
    },
    choices: (name, allowed, otherwise) => {
      if (text(name) === undefined) return otherwise;
      return list(name).flatMap((value) => {
        const found = allowed.find((item) => item === value);
        if (found === undefined) wrong(name, value, allowed.join(', '));
        return found ?? [];
      });
    },
    group: (prefix, read) => {
      const present = Object.keys(environment).some(
        (name) => name.startsWith(prefix) && text(name) !== undefined,
      );
      return present ? read(own(prefix)) : undefined;
    },
    finish: () => {
      if (problems.length > 0) {
        throw new ConfigError(
          `The configuration cannot be used:\n${problems.map((line) => `  ${line}`).join('\n')}`,
        );
      }
    },
  };
};
