import { maskCnpj } from '@dumont/contracts/cnpj';
import type { Client } from '@dumont/contracts/client';
import { type Command, Option } from 'commander';
import type { OpenContext } from '../../context.ts';
import { usageError } from '../../failure.ts';
import { harmless } from '../../output/text.ts';
import { collectCnpjs } from '../arguments.ts';
import { limitOption, readPages, readUpTo } from '../pages.ts';

interface ListOptions {
  readonly search?: string;
  readonly selected?: boolean;
  readonly limit: number;
}

interface SelectOptions {
  readonly all?: boolean;
  readonly add?: boolean;
  readonly remove?: boolean;
}

const readSelected = async (
  client: Client,
  system: string,
  query: { projectId?: string },
): Promise<string[]> => {
  const selected: string[] = [];
  const pages = readPages((page) => client.listFunds({ params: { system }, query: { ...query, ...page } }));
  for await (const fund of pages) if (fund.selected) selected.push(fund.cnpj);
  return selected;
};

const registerSelect = (group: Command, open: OpenContext): void => {
  group
    .command('select')
    .summary('choose funds of a system')
    .description('Choose the funds that a system works on: exactly these, or these more or less.')
    .argument('<system>', 'of which system')
    .argument('[cnpjs...]', 'funds, with or without dots', collectCnpjs)
    .addOption(new Option('--all', 'all funds, also those to come').conflicts(['add', 'remove']))
    .addOption(new Option('--add', 'these as well as the chosen ones').conflicts('remove'))
    .option('--remove', 'the chosen ones without these')
    .action(async (system: string, given: string[] | undefined, options: SelectOptions, command: Command) => {
      const funds = given ?? [];
      const all = options.all === true;
      if (all ? funds.length > 0 : funds.length === 0) {
        throw usageError('Give the CNPJs of the funds, or --all.');
      }
      const context = open(command);
      const client = await context.client();
      const query = await context.inProject();
      const before =
        options.add === true || options.remove === true ? await readSelected(client, system, query) : [];
      const chosen =
        options.remove === true
          ? before.filter((fund) => !funds.includes(fund))
          : [...new Set([...before, ...funds])];
      const saved = await client.putFunds({
        params: { system },
        query,
        body: { usar_todos: all, fundos_selecionados: chosen },
      });
      await context.out.result(saved, () =>
        saved.usar_todos
          ? `${harmless(system)} works on all funds.`
          : `${harmless(system)} works on ${saved.fundos_selecionados.length} fund(s).`,
      );
    });
};

export const registerFunds = (pipeline: Command, open: OpenContext): void => {
  const funds = pipeline
    .command('funds')
    .summary('funds that a system works on')
    .description('Funds that a system works on.');
  funds
    .command('list', { isDefault: true })
    .summary('list them (default)')
    .description('List the known funds of a system, with the choice.')
    .argument('<system>', 'of which system')
    .option('--search <text>', 'only with this in the name or CNPJ')
    .option('--selected', 'only the chosen ones')
    .addOption(limitOption('funds'))
    .action(async (system: string, options: ListOptions, command: Command) => {
      const context = open(command);
      const { out } = context;
      const client = await context.client();
      const query = {
        ...(await context.inProject()),
        ...(options.search === undefined ? {} : { search: options.search }),
      };
      let all = false;
      let known = 0;
      const { items, more } = await readUpTo(
        options.selected === true ? 50_000 : options.limit,
        async (page) => {
          const answer = await client.listFunds({ params: { system }, query: { ...query, ...page } });
          ({ useAll: all, known } = answer);
          return answer;
        },
      );
      const shown = options.selected === true ? items.filter(({ selected }) => all || selected) : items;
      await out.list(
        shown,
        [
          { header: 'CNPJ', value: (row) => maskCnpj(row.cnpj) },
          { header: 'NAME', value: (row) => row.name, flexible: true },
          {
            header: 'CHOSEN',
            value: (row) => (all || row.selected ? 'yes' : 'no'),
            tone: (row) => (all || row.selected ? 'good' : 'quiet'),
          },
        ],
        known === 0 ? `No fund of ${harmless(system)} is known yet: run it once.` : 'No fund is like that.',
      );
      if (all && known > 0) await out.note(`${harmless(system)} works on all ${known} known funds.`);
      if (more)
        await out.note(`There are more. Show them with --limit ${options.limit * 2}, or use --search.`);
    });
  registerSelect(funds, open);
};
