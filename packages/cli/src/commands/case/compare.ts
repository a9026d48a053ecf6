import type { Command } from 'commander';
import type { OpenContext } from '../../context.ts';
import { harmless, truncate } from '../../output/text.ts';
import { formatCount } from '../../output/units.ts';
import { caseReference, findCase } from './find-case.ts';

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

const signs: Readonly<Record<string, string>> = { add: '+', remove: '-', replace: '~' };
/** A whole table in a line helps nobody. */
const longestValue = 120;

/** `~ arcs, row 2, w: 7` of `/arcs/1/w`. */
export const describeOperation = ({ op, path, value }: Operation): string => {
  const [table = '', row, ...keys] = path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const place = [
    table === '' ? 'everything' : table,
    row === undefined
      ? undefined
      : /^\d+$/.test(row)
        ? `row ${Number(row) + 1}`
        : row === '-'
          ? 'a last row'
          : row,
    keys.length === 0 ? undefined : keys.join('.'),
  ].filter((part) => part !== undefined);
  const what = value === undefined ? '' : `: ${truncate(JSON.stringify(value), longestValue)}`;
  return harmless(`${signs[op] ?? op} ${place.join(', ')}${what}`);
};

export const registerCaseCompare = (group: Command, open: OpenContext): void => {
  group
    .command('compare')
    .summary('what another case has otherwise')
    .description(
      'Show what turns one case into another, in its data and in its solution: + added, - removed, ~ changed.',
    )
    .argument('<case>', caseReference)
    .argument('<other>', 'the case that it is compared with')
    .action(async (word: string, otherWord: string, _options: unknown, command: Command) => {
      const { out, client: connect } = open(command);
      const client = await connect();
      const one = await findCase(client, word);
      const other = await findCase(client, otherWord);
      const response = await client.stream('compareCases', { params: { id: one.id, other: other.id } });
      const differences = (await response.json()) as { data: Operation[]; solution: Operation[] };
      await out.result(differences, () =>
        (['data', 'solution'] as const)
          .map((part) => {
            const operations = differences[part];
            const head = `${part === 'data' ? 'Data' : 'Solution'}: ${operations.length === 0 ? 'no difference' : formatCount(operations.length, 'change')}`;
            return [head, ...operations.map((each) => `  ${describeOperation(each)}`)].join('\n');
          })
          .join('\n'),
      );
    });
};
