import type { RepositoryFiles } from '../storage/repository-files.ts';

interface Span {
  readonly pack: string;
  readonly offset: number;
  readonly length: number;
}

/** Parts of packs on their way or just read. A part that is wanted whole is fetched by one request. */
export interface PackCache {
  /** Says beforehand what will be read, so that neighbours are fetched together. */
  expect(span: Span): void;
  read(span: Span): Promise<Buffer>;
}

/** Eight packs of 16 MiB. */
const maxBytes = 160 * 1024 * 1024;
/** What lies between two wanted parts is fetched with them when it is less than a request costs. */
const maxGapBytes = 256 * 1024;
const maxFetchBytes = 16 * 1024 * 1024;

export const createPackCache = (files: RepositoryFiles, missing: (pack: string) => Error): PackCache => {
  const expected = new Map<string, { offset: number; end: number }[]>();
  const held = new Map<string, { offset: number; end: number; content: Promise<Buffer> }>();
  let heldBytes = 0;

  /** Of the expected parts of the pack, the run of neighbours that holds this one. */
  const runAround = ({ pack, offset, length }: Span): { offset: number; end: number } => {
    const runs = expected.get(pack) ?? [];
    return (
      runs.find((run) => run.offset <= offset && offset + length <= run.end) ?? {
        offset,
        end: offset + length,
      }
    );
  };

  const fetch = async (pack: string, { offset, end }: { offset: number; end: number }): Promise<Buffer> => {
    await using found = await files.open({ kind: 'data', name: pack }, { start: offset, end: end - 1 });
    if (found === undefined) throw missing(pack);
    const content = await found.read();
    if (content.length !== end - offset) throw missing(pack);
    return content;
  };

  const load = (span: Span): { offset: number; end: number; content: Promise<Buffer> } => {
    const run = runAround(span);
    const key = `${span.pack}:${run.offset}`;
    const known = held.get(key);
    if (known !== undefined) {
      // The least recently used goes first.
      held.delete(key);
      held.set(key, known);
      return known;
    }
    const content = fetch(span.pack, run);
    // Whoever reads it sees the failure; kept, it must not be an unhandled one.
    content.catch(() => undefined);
    const entry = { ...run, content };
    held.set(key, entry);
    heldBytes += run.end - run.offset;
    for (const [oldest, old] of held) {
      if (heldBytes <= maxBytes || oldest === key) break;
      held.delete(oldest);
      heldBytes -= old.end - old.offset;
    }
    return entry;
  };

  return {
    expect: ({ pack, offset, length }) => {
      const runs = expected.get(pack) ?? [];
      expected.set(pack, runs);
      const end = offset + length;
      // Blobs of a file lie in order: nearly always the last run is the one to grow.
      const near = runs.findLast(
        (run) =>
          offset <= run.end + maxGapBytes &&
          end >= run.offset - maxGapBytes &&
          Math.max(end, run.end) - Math.min(offset, run.offset) <= maxFetchBytes,
      );
      if (near === undefined) runs.push({ offset, end });
      else {
        near.offset = Math.min(near.offset, offset);
        near.end = Math.max(near.end, end);
      }
    },
    read: async (span) => {
      const { offset, content } = load(span);
      const start = span.offset - offset;
      return (await content).subarray(start, start + span.length);
    },
  };
};
