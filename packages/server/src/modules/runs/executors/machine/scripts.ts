import { exportScript, shellQuote } from '../local/environment.ts';
import { LaunchRefused, type AttemptRef, type Launch } from '../executor.ts';

// What is run inside of a machine. It has a POSIX shell and the usual GNU tools, and nothing of ours.

const runsFolder = '/opt/dumont/runs';

/**
 * `<runId>.<attempt>/{work,output,tmp,stdout,stderr,begin,begun,supervise,supervisor,ended,exit.<status>}`. Throws
 * `LaunchRefused`.
 */
export const folderOf = ({ runId, attempt }: AttemptRef): string => {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(runId))
    throw new LaunchRefused(`The run id ${JSON.stringify(runId)} cannot name a folder`);
  return `${runsFolder}/${runId}.${attempt}`;
};

/**
 * Lists the processes of the attempt in `$d`: those with its work folder in their environment, and those that write
 * to its logs, which also finds one that emptied its environment. Ones that have ended have neither.
 */
const marked = `marked() {
  { grep -lszxF "DUMONT_WORK=$d/work" /proc/[0-9]*/environ
    ls -l /proc/[0-9]*/fd/1 /proc/[0-9]*/fd/2 2>/dev/null | grep -F -- "-> $d/std"
  } | sed -n 's|.*/proc/\\([0-9][0-9]*\\)/.*|\\1|p' | sort -un
}
`;

/** A program that forks while it is killed leaves somebody for the next look; one that the kernel keeps stays. */
const killAll = `kill_all() {
  n=0
  while p=$(marked); [ -n "$p" ] && [ "$n" -lt 200 ]; do kill -KILL $p; n=$((n+1)); sleep 0.05; done
}
`;

/**
 * Stays with the command until it has ended, whatever becomes of the connection and of us, then ends what it left
 * behind and writes down its status. The command gets an empty environment: what is in ours is in no list of arguments.
 */
const supervise = `d=$1
${marked}${killAll}echo $$ > "$d/supervisor"
c=137
if ! [ -e "$d/ended" ]; then
  # In a process of its own from the beginning: some shells redirect themselves for a command, and would be marked.
  (exec </dev/null >>"$d/stdout" 2>>"$d/stderr"; exec env -i PATH="$PATH" /bin/sh "$d/begin")
  c=$?
fi
kill_all
: > "$d/exit.$c"
`;

/** Blocks of `ulimit -f`, as POSIX has them. */
const blockBytes = 512;

const begin = (launch: Launch, folder: string): string => {
  const { fileSizeBytes } = launch.limits;
  const environment = {
    HOME: `${folder}/work`,
    TMPDIR: `${folder}/tmp`,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    ...launch.environment,
    DUMONT_RUN: launch.runId,
    DUMONT_ATTEMPT: String(launch.attempt),
    DUMONT_WORK: `${folder}/work`,
    DUMONT_OUTPUT: `${folder}/output`,
  };
  return [
    'umask 022',
    `: > ${shellQuote(`${folder}/begun`)}`,
    `cd ${shellQuote(`${folder}/work`)} || exit 126`,
    ...(fileSizeBytes === undefined
      ? []
      : [`ulimit -f ${Math.ceil(fileSizeBytes / blockBytes)} || exit 126`]),
    exportScript(environment),
    `exec ${launch.command.map(shellQuote).join(' ')}`,
    '',
  ].join('\n');
};

const write = (path: string, content: string): string =>
  `printf %s ${shellQuote(Buffer.from(content).toString('base64'))} | base64 -d > ${path}`;

/** The folder of the attempt is there already: it was started, or ended before that. */
export const startedBefore = 3;

/**
 * Read by a shell from its stdin, so that no list of processes shows it. All of it is one function, which a shell that
 * was given half of it does not run. The supervisor is forked by `setsid`: a shell would have its background jobs
 * ignore interrupts. Ends when the command is about to be there.
 */
export const startScript = (launch: Launch, folder: string): string =>
  `main() {
umask 077
d=${shellQuote(folder)}
mkdir -p ${runsFolder} || exit 1
mkdir "$d" || { [ -e "$d" ] && exit ${startedBefore}; exit 1; }
mkdir "$d/work" "$d/output" "$d/tmp" && : > "$d/stdout" && : > "$d/stderr" || exit 1
${[
  ...launch.files.map(({ name, content }) => write(`"$d/work/"${shellQuote(name)}`, content)),
  write('"$d/begin"', begin(launch, folder)),
  write('"$d/supervise"', supervise),
]
  .map((line) => `${line} || exit 1`)
  .join('\n')}
setsid -f /bin/sh "$d/supervise" "$d" </dev/null >/dev/null 2>&1 || exit 1
n=0
until [ -e "$d/begun" ] || ls "$d"/exit.* >/dev/null 2>&1; do
  n=$((n+1)); [ "$n" -lt 500 ] || { echo "the supervisor did not start" >&2; exit 1; }
  sleep 0.02
done
exit 0
}
main
`;

export const signalScript = (name: 'TERM' | 'KILL', folder: string): string => {
  const head = `d=${shellQuote(folder)}\n${marked}`;
  return name === 'KILL'
    ? `${head}${killAll}kill_all\n`
    : `${head}p=$(marked); [ -z "$p" ] || kill -TERM $p\ntrue\n`;
};

/**
 * Ends the attempt. What is being started at this moment, by a server that has died since, is not started any more:
 * it finds its folder taken, or the word that it has ended.
 */
export const endScript = (folder: string): string => `d=${shellQuote(folder)}
${marked}${killAll}mkdir -p ${runsFolder}
mkdir "$d" 2>/dev/null
: > "$d/ended"
n=0
while :; do
  kill_all
  [ -s "$d/supervisor" ] && read -r s < "$d/supervisor" && grep -qsaF "$d/supervise" "/proc/$s/cmdline" || break
  n=$((n+1)); [ "$n" -lt 100 ] || exit 1
  sleep 0.05
done
# For whoever looks whether a run is at work here: one whose supervisor was killed has left no status.
ls "$d"/exit.* >/dev/null 2>&1 || : > "$d/exit.137"
`;

export const discardScript = (folder: string): string => `d=${shellQuote(folder)}
[ -e "$d" ] || exit 0
chmod -R u+rwX "$d" 2>/dev/null
rm -rf "$d"
`;

/** The attempt is not kept here. */
export const notKept = 4;

/**
 * Says whenever something has changed: lines of name and size, and `exit.<status> 0` at the end, when the sizes before
 * it are the last ones. `!`: its supervisor is gone without a word. A dot now and then finds out that nobody listens.
 * A number alone may be another process's by now, so now and then its name is looked at too.
 */
export const watchScript = (folder: string): string => `cd ${shellQuote(folder)} || exit ${notKept}
is_there() { [ -e "/proc/$s" ] && { [ $((t % 25)) -ne 0 ] || grep -qsaF ${shellQuote(`${folder}/supervise`)} "/proc/$s/cmdline"; }; }
l= t=0
while :; do
  n=$(stat -c '%n %s' stdout stderr exit.* 2>/dev/null)
  if [ "$n" != "$l" ]; then printf '%s\n' "$n" || exit 1; l=$n; fi
  case $n in *exit.*) exit 0;; esac
  [ $((t % 25)) -ne 0 ] || echo . || exit 1
  s=
  if [ -s supervisor ]; then read -r s < supervisor; fi
  # Without its number it may be about to begin.
  if { [ -n "$s" ] && ! is_there; } || { [ -z "$s" ] && [ "$t" -gt 25 ]; }; then
    ls exit.* >/dev/null 2>&1 || { echo !; exit 0; }
  fi
  t=$((t+1))
  sleep 0.2
done
`;

/** In lines of whole groups of three bytes. */
const base64 = 'base64 -w 16384';

/** A range of a file; the path is given in base64, because it need not be text. */
export const readScript = (pathBase64: string, offset: number, maxBytes: number): string =>
  `p=$(printf %s ${shellQuote(pathBase64)} | base64 -d; echo x); p=\${p%x}
[ -f "$p" ] || exit ${notKept}
tail -c +${offset + 1} "$p" | head -c ${maxBytes} | ${base64}
`;

/** Regular files below the output folder: `<size> <path>`, each ended by a zero byte. */
export const listScript = (folder: string): string =>
  `cd ${shellQuote(`${folder}/output`)} || exit ${notKept}
find . -type f -printf '%s %P\\0' 2>/dev/null | ${base64}
`;

export const existsScript = (folder: string): string =>
  `[ -e ${shellQuote(`${folder}/stderr`)} ] || exit ${notKept}\n`;
