import { type CommandWords, type OptionWords, valueFlags } from './words.ts';

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** `name:summary`, in which a colon of the name or the summary is escaped. */
const described = (name: string, summary: string): string =>
  quote(`${name.replaceAll(':', '\\:')}:${summary.replaceAll(':', '\\:')}`);

const describedOption = ({ flags, summary }: OptionWords): string =>
  flags.map((flag) => described(flag, summary)).join(' ');

export const zshCompletion = (commands: readonly CommandWords[]): string => {
  const paths = commands.slice(1).map(({ path }) => quote(path));
  const choices = commands.flatMap(({ path, options }) =>
    options
      .filter((option) => option.choices.length > 0)
      .map(
        (option) =>
          `    ${option.flags.map((flag) => quote(`${path} ${flag}`)).join('|')}) compadd -- ${option.choices.map(quote).join(' ')}; return ;;`,
      ),
  );
  const words = commands.map(
    ({ path, commands: children, choices: known, options }) => `    ${quote(path)})
      names=(${[...children.map(({ name, summary }) => described(name, summary)), ...known.map(quote)].join(' ')})
      flags=(${options.map(describedOption).join(' ')}) ;;`,
  );
  return `#compdef dumont
# dumont completion for zsh. Load it: source <(dumont completion zsh)
_dumont() {
  local command=dumont index word
  local -a names flags
  for ((index = 2; index < CURRENT; index++)); do
    word="\${words[index]}"
    case "$word" in
    --) _files; return ;;
    ${valueFlags(commands).join('|')}) ((index++)); continue ;;
    esac
    case "$command $word" in
    ${paths.join('|')}) command="$command $word" ;;
    esac
  done
  case "$command \${words[CURRENT-1]}" in
${choices.join('\n')}
  esac
  case "\${words[CURRENT-1]}" in
  ${valueFlags(commands).join('|')}) _files; return ;;
  esac
  case "$command" in
${words.join('\n')}
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    _describe -o option flags
  elif (( \${#names} )); then
    _describe command names
  else
    _files
  fi
}
if [[ "\${funcstack[1]}" == _dumont ]]; then
  _dumont "$@"
else
  compdef _dumont dumont
fi
`;
};
