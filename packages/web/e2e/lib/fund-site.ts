import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startSite, type Site } from '@dumont/pipelines/testing/site.ts';

const generator = join(import.meta.dirname, '../../../../apps/pipelines/testing/generate.ts');

export interface FundSite extends Site {
  /** Settings with which a server reads this site instead of the public ones. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A site on this machine with files of `month` (YYYYMM) in the formats of CVM, B3 and the central bank. */
export const startFundSite = async ({
  month,
  funds,
}: {
  readonly month: string;
  readonly funds: number;
}): Promise<FundSite> => {
  const folder = await mkdtemp(join(tmpdir(), 'dumont-site-'));
  await promisify(execFile)(process.execPath, [
    generator,
    '--folder',
    folder,
    '--month',
    month,
    '--funds',
    String(funds),
  ]);
  const site = await startSite({ folder });
  return {
    ...site,
    environment: {
      DUMONT_CVM_SOURCE: `${site.url}/dados`,
      DUMONT_B3_SOURCE: `${site.url}/InstDados/SerHist`,
      DUMONT_BCB_SOURCE: site.url,
    },
    [Symbol.asyncDispose]: async () => {
      await site[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
