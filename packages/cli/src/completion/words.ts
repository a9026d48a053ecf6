import type { Command, Option } from 'commander';

/** One command as completion sees it. */
export interface CommandWords {
  /** `dumont run start` */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  /** What its first argument may be, where that is a fixed list. */
  readonly choices: readonly string[];
  readonly options: readonly OptionWords[];
}

export interface OptionWords {
  /** `--follow`, `-f` */
  readonly flags: readonly string[];
  readonly summary: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
  /** Its value is a file or folder of this computer. */
  readonly isPath: boolean;
}

const optionWords = (option: Option): OptionWords => ({
  flags: [option.long, option.short].filter((flag) => flag !== undefined && flag !== null),
  summary: option.description,
  takesValue: option.required || option.optional,
  choices: option.argChoices ?? [],
  isPath: option.flags.includes('<folder>'),
});

const help: OptionWords = {
  flags: ['--help', '-h'],
  summary: 'show help',
  takesValue: false,
  choices: [],
  isPath: false,
};

/** Every command of the tree with everything that may follow it; a group's default adds its own options. */
export const readWords = (
  command: Command,
  before = '',
  inherited: readonly OptionWords[] = [],
): CommandWords[] => {
  const path = `${before}${command.name()}`;
  const shared = [...inherited, ...(command.parent === null ? command.options.map(optionWords) : [])];
  const own = command.parent === null ? [] : command.options.map(optionWords);
  return [
    {
      path,
      commands: command.commands.map((child) => ({ name: child.name(), summary: child.summary() })),
      choices: command.registeredArguments[0]?.argChoices ?? [],
      options: [...own, ...shared, help],
    },
    ...command.commands.flatMap((child) => readWords(child, `${path} `, shared)),
  ];
};

/** Options with a value, wherever they stand: the word after them is no command. */
export const valueFlags = (commands: readonly CommandWords[]): string[] => [
  ...new Set(
    commands.flatMap(({ options }) => options.filter((o) => o.takesValue).flatMap(({ flags }) => flags)),
  ),
];
