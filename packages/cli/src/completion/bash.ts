import { type CommandWords, valueFlags } from './words.ts';

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A completion function for bash 3.2 and newer; it needs nothing but bash. */
export const bashCompletion = (commands: readonly CommandWords[]): string => {
  const paths = commands.slice(1).map(({ path }) => quote(path));
  const choices = commands.flatMap(({ path, options }) =>
    options
      .filter((option) => option.choices.length > 0)
      .map(
        (option) =>
          `    ${option.flags.map((flag) => quote(`${path} ${flag}`)).join('|')}) words=${quote(option.choices.join(' '))} ;;`,
      ),
  );
  const words = commands.map(
    ({ path, commands: children, choices: known, options }) =>
      `    ${quote(path)}) commands=${quote([...children.map(({ name }) => name), ...known].join(' '))}; options=${quote(options.flatMap(({ flags }) => flags).join(' '))} ;;`,
  );
  return `# dumont completion for bash. Load it: source <(dumont completion bash)
_dumont() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local command=dumont commands='' options='' words='' index word
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    case "$word" in
    --) return ;;
    ${valueFlags(commands).join('|')}) index=$((index + 1)); continue ;;
    esac
    case "$command $word" in
    ${paths.join('|')}) command="$command $word" ;;
    esac
  done
  case "$command $previous" in
${choices.join('\n')}
  esac
  if [[ -n "$words" ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  case "$previous" in
  ${valueFlags(commands).join('|')}) return ;;
  esac
  case "$command" in
${words.join('\n')}
  esac
  if [[ "$current" == -* ]]; then words="$options"; else words="$commands"; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _dumont dumont
`;
};
