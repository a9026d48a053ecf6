import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** JavaScript of a first visit, gzip, in kB of 1,000 bytes: what 50 kB/s, a poor mobile line, carries in 4 s. */
export const budgetKilobytes = 200;

export interface BuiltChunk {
  readonly fileName: string;
  readonly code: string;
  readonly isEntry: boolean;
  /** Loaded with it. */
  readonly imports: readonly string[];
  readonly facadeModuleId: string | null;
}

/** Awaited by the entry before it draws anything. */
const firstTexts = /\/i18n\/en\/(common|shell|sign-in)\.ts$/;

/** What is loaded before the first page shows: the entry, all that it imports, and the texts of the frame. */
export const initialChunks = (chunks: readonly BuiltChunk[]): readonly BuiltChunk[] => {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const wanted = chunks.filter(
    ({ isEntry, facadeModuleId }) => isEntry || firstTexts.test(facadeModuleId ?? ''),
  );
  const found = new Set<BuiltChunk>();
  for (let chunk = wanted.pop(); chunk !== undefined; chunk = wanted.pop()) {
    if (found.has(chunk)) continue;
    found.add(chunk);
    for (const name of chunk.imports) {
      const next = byName.get(name);
      if (next !== undefined) wanted.push(next);
    }
  }
  return [...found];
};

export const gzipKilobytes = (chunks: readonly BuiltChunk[]): number =>
  chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0) / 1000;

/** Ends the build when a first visit would load more than the budget, and says what it is made of. */
export const initialBudget = (): Plugin => ({
  name: 'dumont:initial-budget',
  apply: 'build',
  generateBundle(_, bundle) {
    const chunks = initialChunks(Object.values(bundle).filter((file) => file.type === 'chunk'));
    const kilobytes = gzipKilobytes(chunks);
    const said = `initial JavaScript: ${kilobytes.toFixed(1)} of ${budgetKilobytes} kB gzip`;
    if (kilobytes <= budgetKilobytes) return this.info(said);
    const parts = chunks.map((chunk) => `${chunk.fileName} ${gzipKilobytes([chunk]).toFixed(1)}`);
    return this.error(`${said}: ${parts.join(', ')}`);
  },
});
