import { type CommandWords, type OptionWords, valueFlags } from './words.ts';

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", `\\'`)}'`;

const optionLine = (path: string, option: OptionWords): string => {
  const names = option.flags.map((flag) =>
    flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
  );
  const value = option.takesValue
    ? option.choices.length > 0
      ? ` -x -a ${quote(option.choices.join(' '))}`
      : option.isPath
        ? ' -r -F'
        : ' -x'
    : '';
  return `complete -c dumont -n ${quote(`__dumont_at ${quote(path)}`)} ${names.join(' ')}${value} -d ${quote(option.summary)}`;
};

export const fishCompletion = (commands: readonly CommandWords[]): string => {
  const lines = commands.flatMap(({ path, commands: children, choices, options }) => [
    ...children.map(
      ({ name, summary }) =>
        `complete -c dumont -f -n ${quote(`__dumont_at ${quote(path)}`)} -a ${quote(name)} -d ${quote(summary)}`,
    ),
    ...(choices.length === 0
      ? []
      : [`complete -c dumont -f -n ${quote(`__dumont_at ${quote(path)}`)} -a ${quote(choices.join(' '))}`]),
    ...options.map((option) => optionLine(path, option)),
  ]);
  return `# dumont completion for fish. Load it: dumont completion fish | source
function __dumont_at
    set -l command dumont
    set -l skip no
    for word in (commandline -opc)[2..]
        if test $skip = yes
            set skip no
            continue
        end
        switch $word
            case --
                return 1
            case ${valueFlags(commands).join(' ')}
                set skip yes
            case '*'
                if contains -- "$command $word" ${commands
                  .slice(1)
                  .map(({ path }) => quote(path))
                  .join(' ')}
                    set command "$command $word"
                end
        end
    end
    test "$command" = "$argv[1]"
end
complete -c dumont -f
${lines.join('\n')}
`;
};
