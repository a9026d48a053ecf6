import { found } from '@dumont/contracts/findings';
import { ResticFailure } from './failure.ts';

/** Repository format 2 and `--pack-size` came with 0.14. */
const oldest = [0, 14] as const;

/** The version in the answer of `restic version`. Throws for one that is too old, or is not restic. */
export const parseVersion = (output: string): string => {
  const [, major, minor, patch] = /^restic (\d+)\.(\d+)\.(\d+)/m.exec(output) ?? [];
  if (major === undefined || minor === undefined || patch === undefined)
    throw new ResticFailure('failed', found('restic.something_else'));
  const text = `${major}.${minor}.${patch}`;
  if (Number(major) === oldest[0] && Number(minor) < oldest[1])
    throw new ResticFailure('failed', found('restic.too_old', { version: text, oldest: oldest.join('.') }));
  return text;
};
