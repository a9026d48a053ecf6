/** Repository format 2 and `--pack-size` came with 0.14. */
const oldest = [0, 14] as const;

/** The version in the answer of `restic version`. Throws for one that is too old, or is not restic. */
export const parseVersion = (output: string): string => {
  const [, major, minor, patch] = /^restic (\d+)\.(\d+)\.(\d+)/m.exec(output) ?? [];
  if (major === undefined || minor === undefined || patch === undefined)
    throw new Error('this program does not say that it is restic');
  const text = `${major}.${minor}.${patch}`;
  if (Number(major) === oldest[0] && Number(minor) < oldest[1])
    throw new Error(`restic ${text} is too old: ${oldest.join('.')} or newer is needed`);
  return text;
};
