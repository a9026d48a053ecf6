export type Environment = Readonly<Record<string, string | undefined>>;

/** All settings that are wrong, in one message. The main prints it and exits 78 (EX_CONFIG). */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads settings and gathers what is wrong with any of them. Values are not repeated: they may be secrets. */
export interface Settings {
  text(name: string): string | undefined;
  required(name: string): string;
  integer(name: string, otherwise: number, range: { min: number; max: number }): number;
  requiredUrl(name: string, protocols: readonly string[]): string;
  choice<T extends string>(name: string, allowed: readonly T[], otherwise: T): T;
  wrong(name: string, problem: string): void;
  /** Throws what was wrong, all at once. */
  finish(): void;
}

export const createSettings = (environment: Environment): Settings => {
  const problems: string[] = [];
  const wrong = (name: string, problem: string): void => {
    problems.push(`  ${name}: ${problem}`);
  };
  const text = (name: string): string | undefined => {
    const value = environment[name]?.trim();
    return value === '' ? undefined : value;
  };
  const required = (name: string): string => {
    const value = text(name);
    if (value === undefined) wrong(name, 'missing');
    return value ?? '';
  };
  return {
    text,
    required,
    wrong,
    integer: (name, otherwise, { min, max }) => {
      const value = text(name);
      if (value === undefined) return otherwise;
      const number = Number(value);
      if (/^\d+$/.test(value) && number >= min && number <= max) return number;
      wrong(name, `must be a whole number from ${min} to ${max}`);
      return otherwise;
    },
    requiredUrl: (name, protocols) => {
      const value = required(name);
      const isOne = protocols.some((protocol) => value.startsWith(`${protocol}//`));
      if (value !== '' && !isOne)
        wrong(name, `must be an address that starts with ${protocols.join('// or ')}//`);
      return value.replace(/\/$/, '');
    },
    choice: (name, allowed, otherwise) => {
      const value = text(name);
      if (value === undefined) return otherwise;
      const found = allowed.find((each) => each === value);
      if (found === undefined) wrong(name, `must be one of ${allowed.join(', ')}`);
      return found ?? otherwise;
    },
    finish: () => {
      if (problems.length > 0)
        throw new ConfigError(`The configuration cannot be used:\n${problems.join('\n')}`);
    },
  };
};
