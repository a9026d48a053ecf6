import type { JsonObject } from '@dumont/contracts/primitives';
import { isDeepStrictEqual } from 'node:util';

/** What an entry tells of a change: only what became different, and what it was before. */
export const changeDetails = (before: JsonObject, after: JsonObject): JsonObject => {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter((name) => !isDeepStrictEqual(before[name], after[name]));
  if (changed.length === 0) return {};
  const only = (whole: JsonObject): JsonObject =>
    Object.fromEntries(changed.map((name) => [name, whole[name] ?? null]));
  return { ...only(after), before: only(before) };
};

/** What an entry tells of something whole: only what is not as in `bare`, which goes without saying. */
export const wholeDetails = (bare: JsonObject, whole: JsonObject): JsonObject => {
  const { before: _bare, ...details } = changeDetails(bare, whole);
  return details;
};
