import { readFile } from 'node:fs/promises';
import { copyRow } from '../../lib/copy.ts';
import { formatDecimal, type Decimal } from '../../lib/decimal.ts';
import { describeError, PipelineFailure } from '../../lib/failure.ts';
import { fileKindOf } from '../../lib/file-kind.ts';
import { loadFile, type LoadResult } from '../../lib/load.ts';
import type { Source, SourceFile } from '../../lib/source.ts';
import { addCounts, type LoadTransaction } from '../../lib/staging.ts';
import type { SystemContext } from '../../lib/system.ts';
import { zipMembers } from '../../lib/zip.ts';
import { refreshPositions } from '../fund-table.ts';
import type { Position, PositionPortfolio } from './portfolio.ts';
import { parsePositionFile } from './position-file.ts';

const portfolioColumns =
  'cnpj dt version name isin administrator manager custodian quota quantity net_worth details'.split(' ');
const positionColumns =
  'dt cnpj kind asset_class code isin description issuer maturity quantity price value details'.split(' ');

const number = (value: Decimal | null) => (value === null ? null : formatDecimal(value));

function portfolioRow(portfolio: PositionPortfolio): string {
  const { cnpj, day, version, name, isin, administrator, manager, custodian } = portfolio;
  const texts = [cnpj, day, version, name, isin, administrator, manager, custodian];
  const numbers = [portfolio.quota, portfolio.quantity, portfolio.netWorth].map(number);
  return copyRow([...texts, ...numbers, JSON.stringify(portfolio.details)]);
}

function positionRow({ cnpj, day }: PositionPortfolio, position: Position): string {
  const { kind, assetClass, code, isin, description, issuer, maturity } = position;
  const texts = [day, cnpj, kind, assetClass, code, isin, description, issuer, maturity];
  const numbers = [position.quantity, position.price, position.value].map(number);
  return copyRow([...texts, ...numbers, JSON.stringify(position.details)]);
}

const maxMemberBytes = 64 * 1024 * 1024;

/** A ZIP holds one position file for each fund. */
async function readPortfolios(file: SourceFile): Promise<PositionPortfolio[]> {
  if (fileKindOf(file.name) !== 'zip') return parsePositionFile(await readFile(file.path), file.name);
  const portfolios: PositionPortfolio[] = [];
  for await (const member of zipMembers(file.path, file.name)) {
    if (fileKindOf(member.name) !== 'xml') continue;
    if (member.sizeBytes > maxMemberBytes)
      throw new PipelineFailure(`${file.name}/${member.name} is too large`);
    const parts: Buffer[] = [];
    for await (const part of member.read()) parts.push(part);
    portfolios.push(...parsePositionFile(Buffer.concat(parts), `${file.name}/${member.name}`));
  }
  return portfolios;
}

/** The files say that it is a fund share, not of which kind: what is known of the fund says it. */
const creditFundShares = `
  UPDATE staged_anbima_position p SET asset_class = 'direitos_creditorios'
  WHERE kind IN ('cotas', 'SHAR') AND (
    description ~* '\\mFIDC\\M|DIREITOS CREDIT'
    OR EXISTS (SELECT FROM funds.fund f WHERE f.cnpj = p.code AND (f.kind ~* '\\mFIDC\\M' OR f.name ~* '\\mFIDC\\M')))`;

async function load(
  portfolios: readonly PositionPortfolio[],
  transaction: LoadTransaction,
): Promise<LoadResult> {
  await transaction.createStaging('staged_anbima_portfolio', 'funds.anbima_portfolio', portfolioColumns);
  await transaction.createStaging('staged_anbima_position', 'funds.anbima_position', positionColumns);
  await transaction.copy('staged_anbima_portfolio', portfolioColumns, (sink) => {
    for (const portfolio of portfolios) sink.write(portfolioRow(portfolio));
    return sink.flush();
  });
  await transaction.copy('staged_anbima_position', positionColumns, async (sink) => {
    for (const portfolio of portfolios) {
      for (const position of portfolio.positions) sink.write(positionRow(portfolio, position));
      await sink.flush();
    }
  });
  await transaction.run(creditFundShares);
  const headers = await transaction.merge({
    staging: 'staged_anbima_portfolio',
    target: 'funds.anbima_portfolio',
    columns: portfolioColumns,
    key: ['cnpj', 'dt'],
    dated: true,
  });
  const positions = await transaction.replace({
    staging: 'staged_anbima_position',
    target: 'funds.anbima_position',
    columns: positionColumns,
    slice: ['cnpj', 'dt'],
    dated: true,
  });
  await transaction.run(
    `INSERT INTO funds.fund AS f (cnpj, name)
     SELECT DISTINCT ON (cnpj) cnpj, name FROM staged_anbima_portfolio ORDER BY cnpj, dt DESC
     ON CONFLICT (cnpj) DO UPDATE SET name = excluded.name WHERE f.name IS NULL`,
  );
  await refreshPositions(transaction, 'anbima', [...new Set(portfolios.map(({ cnpj }) => cnpj))]);
  const read = portfolios.reduce((sum, portfolio) => sum + portfolio.positions.length, portfolios.length);
  return { ...addCounts(headers, positions), counts: { read, rejected: 0 } };
}

async function loadPositionFile(
  context: SystemContext,
  source: Source,
  name: string,
): Promise<'loaded' | 'other_day'> {
  const file = await source.get(name, fileKindOf(name));
  const portfolios = await readPortfolios(file);
  const { from, to } = context.arguments;
  if (!portfolios.some(({ day }) => day >= from && day <= to)) return 'other_day';
  await loadFile(context, {
    source: { ...source, get: () => Promise.resolve(file) },
    name,
    kind: 'xml',
    version: 1,
    load: (_file, transaction) => load(portfolios, transaction),
  });
  return 'loaded';
}

/** ANBIMA position files (XML 4.01 and 5.0) of the period, from a folder or the index page of a site. */
export async function anbimaXml(context: SystemContext): Promise<void> {
  const source = context.source('anbima');
  const names = (await source.list()).filter((name) => ['xml', 'zip'].includes(fileKindOf(name)));
  if (names.length === 0) throw new PipelineFailure(`${source.shown} has no .xml and no .zip file`);
  let otherDays = 0;
  const bad: string[] = [];
  for (const [index, name] of names.entries()) {
    context.log.progress(index, names.length, name);
    try {
      if ((await loadPositionFile(context, source, name)) === 'other_day') otherDays += 1;
    } catch (error) {
      if (!(error instanceof PipelineFailure) || error.temporary) throw error;
      bad.push(name);
      context.log.error(describeError(error));
      const reason = describeError(error);
      context.rejected.add({
        system: context.system.id,
        file: name,
        line: 0,
        column: '',
        reason,
        content: '',
      });
    }
  }
  context.log.progress(names.length, names.length, 'done');
  if (otherDays > 0) context.log.info(`${otherDays} files are of other days`);
  if (bad.length > 0)
    throw new PipelineFailure(`${bad.length} of ${names.length} files are bad: ${bad.join(', ')}`);
}
