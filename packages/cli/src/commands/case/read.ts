import type { Case } from '@dumont/contracts/optimization/cases';
import { type Command, Option } from 'commander';
import type { OpenContext } from '../../context.ts';
import { shortId } from '../../input/find-one.ts';
import { formatFields } from '../../output/table.ts';
import { harmless } from '../../output/text.ts';
import { formatRelative, formatTime } from '../../output/units.ts';
import { writeDocument } from '../documents.ts';
import { caseReference, findCase, readCases } from './find-case.ts';

interface Placed {
  readonly item: Case;
  readonly depth: number;
}

/** Folders first, then by name, each with what is in it below it. */
export const inTreeOrder = (cases: readonly Case[]): readonly Placed[] => {
  const known = new Set(cases.map(({ id }) => id));
  const byParent = Map.groupBy(cases, ({ parentId }) =>
    parentId !== null && known.has(parentId) ? parentId : null,
  );
  const { compare } = new Intl.Collator('en', { numeric: true });
  const below = (parent: string | null, depth: number): Placed[] =>
    (byParent.get(parent) ?? [])
      .toSorted((a, b) => Number(b.isFolder) - Number(a.isFolder) || compare(a.name, b.name))
      .flatMap((item) => [{ item, depth }, ...below(item.id, depth + 1)]);
  return below(null, 0);
};

const parts = ['data', 'checks', 'solution', 'solution_checks', 'kpis'] as const;

export const registerCaseRead = (group: Command, open: OpenContext): void => {
  group
    .command('list')
    .alias('ls')
    .summary('list cases in their folders')
    .description('List cases in their folders.')
    .option('--app <app>', 'only of this app')
    .action(async (options: { app?: string }, command: Command) => {
      const context = open(command);
      const { out, host } = context;
      const { items, more } = await readCases(await context.client(), {
        ...(options.app === undefined ? {} : { app: options.app }),
        ...(await context.inProject()),
      });
      if (out.json) return out.result(items, () => '');
      const now = host.clock.now();
      await out.list(
        inTreeOrder(items),
        [
          {
            header: 'NAME',
            value: ({ item, depth }) => `${'  '.repeat(depth)}${item.name}${item.isFolder ? '/' : ''}`,
            tone: ({ item }) => (item.isFolder ? 'strong' : 'plain'),
            flexible: true,
          },
          { header: 'CASE', value: ({ item }) => shortId(item.id) },
          { header: 'APP', value: ({ item }) => item.app },
          { header: 'SOLUTION', value: ({ item }) => (item.hasSolution ? 'yes' : null) },
          { header: 'CHANGED', value: ({ item }) => formatRelative(item.updatedAt, now) },
          { header: 'BY', value: ({ item }) => item.createdBy.name, flexible: true },
        ],
        'No cases yet. Keep an execution as one: dumont case create NAME --execution EXECUTION',
      );
      if (more) await out.note('There are more: narrow them with --app.');
    });
  group
    .command('show')
    .summary('show one case')
    .description('Show one case, or print a document of it as JSON.')
    .argument('<case>', caseReference)
    .addOption(new Option('--part <part>', 'print this document').choices(parts))
    .option('-O, --out <file>', 'save the document here instead of printing it')
    .action(
      async (word: string, options: { part?: (typeof parts)[number]; out?: string }, command: Command) => {
        const context = open(command);
        const { out } = context;
        const client = await context.client();
        const found = await findCase(client, word);
        if (options.part !== undefined) {
          return writeDocument(
            context,
            client.stream('getCasePart', { params: { id: found.id, part: options.part } }),
            options.out,
          );
        }
        await out.result(found, () =>
          formatFields(
            [
              [found.isFolder ? 'Folder' : 'Case', found.id],
              ['Name', harmless(found.name)],
              ['Description', found.description === '' ? undefined : harmless(found.description)],
              ['App', found.app],
              ['In folder', found.parentId ?? undefined],
              ['Solution', found.isFolder ? undefined : found.hasSolution ? 'yes' : 'no'],
              ['Hash of the data', found.dataHash ?? undefined],
              ['Compatible id', found.number],
              ['By', harmless(found.createdBy.name)],
              ['Changed', formatTime(found.updatedAt)],
            ],
            out.style,
          ),
        );
      },
    );
};
