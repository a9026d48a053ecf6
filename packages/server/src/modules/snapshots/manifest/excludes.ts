import { AppError } from '../../../kernel/errors.ts';

/**
 * What a snapshot leaves out, said so that restic and `find` understand the same: a name, in which `*` and `?` stand
 * for anything, leaves out files and folders that are called so; an absolute path leaves out what is there and below.
 */
const plainName = /^[^/\\[\]!\p{Cc}][^/\\[\]\p{Cc}]*$/u;
const plainPath = /^(\/[^/\\[\]*?\p{Cc}]+)+$/u;

const isPath = (pattern: string): boolean => pattern.startsWith('/');

const matches = (pattern: string, name: string): boolean =>
  new RegExp(
    `^${pattern
      .split('')
      .map((character) =>
        character === '*' ? '.*' : character === '?' ? '.' : character.replaceAll(/[.+^$(){}|]/g, '\\$&'),
      )
      .join('')}$`,
    'su',
  ).test(name);

/** Throws `snapshot.exclude` for a pattern that is not of this kind, or that leaves out what is asked for. */
export const checkExcludes = (excludes: readonly string[], paths: readonly string[]): void => {
  for (const pattern of excludes) {
    const isWellFormed = isPath(pattern)
      ? plainPath.test(pattern) && !pattern.split('/').includes('..')
      : plainName.test(pattern) && !pattern.includes('**') && pattern !== '.' && pattern !== '..';
    const leavesOutAll = paths.some((path) =>
      isPath(pattern)
        ? path === pattern || path.startsWith(`${pattern}/`)
        : path.split('/').some((part) => part !== '' && matches(pattern, part)),
    );
    if (!isWellFormed || leavesOutAll) throw new AppError('snapshot.exclude', { pattern });
  }
};

/** The same for `find`: what stands before its other conditions. */
export const findPrune = (excludes: readonly string[]): readonly string[] =>
  excludes.length === 0
    ? []
    : [
        '(',
        ...excludes.flatMap((pattern, at) => [
          ...(at === 0 ? [] : ['-o']),
          isPath(pattern) ? '-path' : '-name',
          pattern,
        ]),
        ')',
        '-prune',
        '-o',
      ];
