import type { Portfolio } from '@dumont/contracts/pipelines/portfolio';
import type { Database } from '../../../kernel/db/database.ts';
import { readPortfolio } from './portfolio.ts';
import { readVersion } from './portfolio-store.ts';

/**
 * The portfolio of all funds adds up everything that was loaded, which takes seconds once and changes with loads only:
 * it is kept until the next load. Asked for by many at once, it is read once.
 */
export interface PortfolioCache {
  readAll(period: { readonly from: string | undefined; readonly to: string | undefined }): Promise<Portfolio>;
}

/** Different periods that are kept of one version. */
const maxEntries = 16;

export const createPortfolioCache = (db: Database): PortfolioCache => {
  let version = '';
  let entries = new Map<string, Promise<Portfolio>>();
  return {
    readAll: async ({ from, to }) => {
      const present = await readVersion(db);
      if (present !== version) {
        version = present;
        entries = new Map();
      }
      const key = `${from ?? ''} ${to ?? ''}`;
      const kept = entries.get(key);
      if (kept !== undefined) return kept;
      const reading = readPortfolio(db, { fund: undefined, from, to });
      const mine = entries;
      mine.set(key, reading);
      const [oldest] = mine.keys();
      if (mine.size > maxEntries && oldest !== undefined) mine.delete(oldest);
      reading.catch(() => mine.delete(key));
      return reading;
    },
  };
};
