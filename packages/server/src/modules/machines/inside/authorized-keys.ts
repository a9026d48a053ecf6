import type { MachineRow } from '../machine.ts';
import type { SshConnection } from '../ssh/connection.ts';

/** Who may enter a machine: this server and its owner, each key as `authorized_keys` has it. */
export type KeysFor = (
  machine: Pick<MachineRow, 'owner_id' | 'ssh_public_key'>,
) => Promise<readonly string[]>;

/** With this server's own key: files that are brought back from another machine would let in only that one's. */
export const createKeysFor =
  (sshKeysOf: (userIds: readonly string[]) => Promise<readonly string[]>): KeysFor =>
  async ({ owner_id: ownerId, ssh_public_key: own }) => [
    own,
    ...(await sshKeysOf(ownerId === null ? [] : [ownerId])),
  ];

/** Lines that end so are ours: they are written anew as a whole, and every other line is left as it is. */
const mark = 'dumont-managed';

const writeSeconds = 60;

/**
 * Beside the file, and moved: sshd reads it at every log-in, and a half of it would shut people out. A file that
 * cannot be read is not taken for an empty one.
 */
const script = `umask 077
mkdir -p ~/.ssh && chmod 700 ~/.ssh && cd ~/.ssh && touch authorized_keys || exit 1
grep -v ' ${mark}$' authorized_keys > authorized_keys.$$
[ $? -le 1 ] && cat >> authorized_keys.$$ && mv -f authorized_keys.$$ authorized_keys && exit 0
rm -f authorized_keys.$$
exit 1`;

/**
 * Lets in these public keys, and no other that was let in so before. May be repeated at any
 * time. Answers whether the machine took them; throws `ShellLost` where it cannot be reached.
 */
export const writeAuthorizedKeys = async (
  connection: Pick<SshConnection, 'run'>,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<boolean> => {
  const { code } = await connection.run(['/bin/sh', '-c', script], {
    stdin: keys.map((key) => `${key} ${mark}\n`).join(''),
    signal,
    timeoutSeconds: writeSeconds,
  });
  return code === 0;
};
