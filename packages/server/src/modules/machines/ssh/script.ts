/**
 * What is asked of the machine, always the same: the rest comes by stdin, which no list of processes shows. `read`
 * takes no byte beyond its line, so that stdin is the program's from there on. One line without anything that a shell
 * other than `sh` would read in its own way: the user of a machine may have any.
 */
export const readScript = `exec /bin/sh -c 'IFS= read -r dumont_line && eval "$dumont_line"'`;

const newline = '"$dumont_newline"';

/** A word of a script in one line. */
const quote = (word: string): string => {
  if (word.includes('\0')) throw new TypeError('no program can be given a zero byte');
  return `'${word.replaceAll("'", "'\\''").replaceAll('\n', `'${newline}'`)}'`;
};

/** A command as one types it. It has no secrets: others in the machine can read it. */
export const quoteCommand = (command: readonly string[]): string =>
  command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');

/** The program's first words: its session, and from where on the output is its own. */
const inner = 'm=$1; shift; printf "%s s %s\\n" "$m" $$; printf "%s s\\n" "$m" >&2; exec "$@"';

/**
 * Runs a program in a session of its own, whose number is the first thing that it says. Marks tell its output from
 * what a log-in prints, and say that it has ended also when something that it left behind holds the output open.
 * What the shell itself has to say goes nowhere: bash would print the marks.
 */
export const writeRunScript = (
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  mark: string,
): string => {
  const settings = Object.entries(environment).map(([name, value]) => {
    if (!/^[A-Za-z_]\w*$/.test(name)) throw new TypeError(`not a name for an environment: ${name}`);
    return `${name}=${quote(value)}`;
  });
  const words = command.map(quote).join(' ');
  const script = [
    'exec 3>&2 2>/dev/null',
    // Below it a bash that reads from a pipe takes itself for a remote shell and runs ~/.bashrc.
    'export SHLVL=1',
    // Before the program's own PATH.
    'dumont_setsid=$(command -v setsid) || echo "setsid is missing in this machine" >&3',
    ...(settings.length === 0 ? [] : [`export ${settings.join(' ')}`]),
    `"$dumont_setsid" /bin/sh -c '${inner}' sh ${mark} ${words} 2>&3 3>&-`,
    'dumont_code=$?',
    `printf "%s e %s\\n" ${mark} $dumont_code`,
    `printf "%s e\\n" ${mark} >&3`,
    'exit $dumont_code',
  ].join('; ');
  return `${script.includes(newline) ? 'dumont_newline=$(printf "\\nx"); dumont_newline=${dumont_newline%x}; ' : ''}${script}\n`;
};

/** What a program is asked to end with, and how many tenths of a second it then has: restic takes its lock away. */
const farewell = 'INT:40 TERM:20 KILL:20';

/**
 * Ends all processes of a session, politely first. All of it happens in the machine, so that it goes on when the
 * connection breaks. Fields of /proc/PID/stat behind the name: state, parent, group, session.
 */
export const writeEndScript = (session: number): string =>
  [
    `p=${session}`,
    'list() { w=$1; for f in /proc/[0-9]*/stat; do read -r x <"$f" || continue; set -- ${x##*") "}',
    '[ "$4" = "$p" ] && [ "$1" != Z ] && { [ "$w" = all ] || [ "$3" != "$p" ]; } && f=${f#/proc/} && echo "${f%/stat}"',
    'done; }',
    'exec 2>/dev/null',
    `for s in ${farewell}; do kill -s "\${s%:*}" -- "-$p"`,
    'for q in $(list other); do kill -s "${s%:*}" "$q"; done',
    'n=${s#*:}; while [ -n "$(list all)" ]; do [ "$n" -gt 0 ] || continue 2; n=$((n-1)); sleep 0.1 || sleep 1; done',
    'exit 0; done; exit 1\n',
  ].join('; ');
