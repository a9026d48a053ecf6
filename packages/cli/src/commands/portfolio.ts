import { maskCnpj } from '@dumont/contracts/cnpj';
import { type Command, Option } from 'commander';
import type { OpenContext } from '../context.ts';
import { formatPortfolio } from '../output/portfolio.ts';
import { formatDecimal, formatMoney } from '../output/units.ts';
import { cnpj, day, wholeNumber } from './arguments.ts';
import { limitOption, readUpTo } from './pages.ts';

interface ShowOptions {
  readonly from?: string;
  readonly to?: string;
  readonly holdings: number;
}

const nothingLoaded =
  'No fund data has been loaded yet. Load some: dumont run start PIPELINE (see: dumont pipeline list)';

export const registerPortfolio = (program: Command, open: OpenContext): void => {
  const portfolio = program
    .command('portfolio')
    .summary('what the loaded fund data say')
    .description('Net worth, composition and holdings, from loaded data.');
  portfolio
    .command('show', { isDefault: true })
    .summary('totals, or one fund (default)')
    .description('Show the totals of all loaded funds, or one fund with its holdings.')
    .argument('[fund]', 'CNPJ, with or without dots', cnpj)
    .option('--from <day>', 'first day of the series', day)
    .option('--to <day>', 'last day', day)
    .addOption(
      new Option('--holdings <number>', 'show so many holdings').argParser(wholeNumber(0, 500)).default(15),
    )
    .action(async (fund: string | undefined, options: ShowOptions, command: Command) => {
      const { out, client: connect } = open(command);
      const client = await connect();
      const found = await client.getPortfolio({
        query: {
          ...(fund === undefined ? {} : { fund }),
          ...(options.from === undefined ? {} : { from: options.from }),
          ...(options.to === undefined ? {} : { to: options.to }),
        },
      });
      if (!found.hasData && !out.json) return out.note(nothingLoaded);
      await out.result(found, () => formatPortfolio(found, out, options.holdings));
    });
  portfolio
    .command('funds')
    .summary('list the funds with data')
    .description('List funds with loaded data, by net worth.')
    .option('--search <text>', 'only with this in the name or CNPJ')
    .addOption(limitOption('funds'))
    .action(async (options: { search?: string; limit: number }, command: Command) => {
      const { out, client: connect } = open(command);
      const client = await connect();
      const query = options.search === undefined ? {} : { search: options.search };
      const { items, more } = await readUpTo(options.limit, (page) =>
        client.listPortfolioFunds({ query: { ...query, ...page } }),
      );
      await out.list(
        items,
        [
          { header: 'CNPJ', value: (row) => maskCnpj(row.cnpj) },
          { header: 'NAME', value: (row) => row.name, tone: () => 'strong', flexible: true },
          { header: 'KIND', value: (row) => row.kind, flexible: true },
          { header: 'DAY', value: (row) => row.date },
          { header: 'NET WORTH', value: (row) => formatMoney(row.netWorth), align: 'right' },
          { header: 'QUOTA', value: (row) => row.quota, align: 'right' },
          {
            header: 'HOLDERS',
            value: (row) => (row.shareholders === null ? null : formatDecimal(String(row.shareholders))),
            align: 'right',
          },
          { header: 'POSITIONS', value: (row) => (row.hasPositions ? 'yes' : 'no') },
        ],
        options.search === undefined ? nothingLoaded : 'No fund is like that.',
      );
      if (more)
        await out.note(`There are more. Show them with --limit ${options.limit * 2}, or use --search.`);
    });
};
