import type { ByteRange } from '../storage/repository-files.ts';

/** One range of a `Range` header: `bytes=10-19` or `bytes=10-`. Undefined for none, and for what restic never asks. */
export const parseRange = (header: string | undefined): ByteRange | undefined => {
  const [, start, end] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (start === undefined) return undefined;
  const range = { start: Number(start), ...(end === undefined || end === '' ? {} : { end: Number(end) }) };
  return range.end !== undefined && range.end < range.start ? undefined : range;
};
