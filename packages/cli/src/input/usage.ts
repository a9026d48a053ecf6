import type { Command, CommanderError } from 'commander';
import { closest, findClosest } from './closest.ts';

const namesOf = (command: Command): string[] =>
  command.commands.flatMap((child) => [child.name(), ...child.aliases()]);

/** `dumont run start` */
export const pathOf = (command: Command): string =>
  command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;

const flagsOf = (command: Command): string[] => [
  ...command.options.map(({ long }) => long ?? ''),
  ...(command.parent === null ? ['--help'] : flagsOf(command.parent)),
];

const quoted = (message: string): string => /'([^']*)'/.exec(message)?.[1] ?? '';

const oneLine = (message: string): string =>
  message
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .replace(/\.$/, '');

const invalidOption = /option '([^']*)' argument '([\s\S]*)' is invalid\. ([\s\S]*)/;
const invalidArgument = /command-argument value '([\s\S]*)' is invalid for argument '([^']*)'\. ([\s\S]*)/;

/** `--from "31/02/2026": there is no such day` */
const describeInvalid = (message: string): string => {
  const option = invalidOption.exec(message);
  if (option !== null) {
    const [, flags = '', value = '', reason = ''] = option;
    const flag = flags.split(/[ ,]+/).find((word) => word.startsWith('--')) ?? flags;
    return `${flag} "${value}": ${oneLine(reason)}`;
  }
  const [, value = '', name = '', reason = message] = invalidArgument.exec(message) ?? [];
  return name === '' ? oneLine(reason) : `<${name}> "${value}": ${oneLine(reason)}`;
};

/** Turns what the parser found wrong into one line: what, what was probably meant, and where help is. */
export const describeUsageError = (command: Command, error: CommanderError): string => {
  const path = pathOf(command);
  const help = `See: ${path} --help`;
  const found = quoted(error.message);
  switch (error.code) {
    case 'commander.unknownCommand':
      return `${path} has no command "${found}"${closest(found, namesOf(command))}. ${help}`;
    case 'commander.unknownOption':
      return `${path} has no option ${found}${closest(found, flagsOf(command))}. ${help}`;
    case 'commander.excessArguments': {
      const extra = command.args[command.registeredArguments.length] ?? '';
      // A group's default command may have got a word that is meant for one of its siblings.
      const siblings = command.parent === null ? [] : namesOf(command.parent);
      const meant = command.args.find((word) => findClosest(word, siblings) !== undefined) ?? extra;
      return `${path} does not take "${extra}"${closest(meant, siblings)}. ${help}`;
    }
    case 'commander.invalidArgument':
      return `${path}: ${describeInvalid(error.message)}. ${help}`;
    default:
      return `${path}: ${oneLine(error.message)}. ${help}`;
  }
};
