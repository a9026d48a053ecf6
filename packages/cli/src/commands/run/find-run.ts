import type { Client } from '@dumont/contracts/client';
import type { Run } from '@dumont/contracts/runs/runs';
import { isId } from '../../context.ts';
import { notFound, usageError } from '../../failure.ts';
import { readPages } from '../pages.ts';

/** How commands describe an argument that `findRunId` takes. */
export const runReference = 'its number, its id, or "last"';

/** Lists answer by page, newest first; a run by its number is looked for this far back. */
const lookBackRuns = 5000;

/** Leads from what people say to a run's id: its number (`128` or `#128`), `last`, or the id itself. */
export const findRunId = async (client: Client, reference: string): Promise<string> => {
  if (isId(reference)) return reference.toLowerCase();
  if (reference === 'last') {
    const { items } = await client.listRuns({ query: { limit: 1 } });
    if (items[0] === undefined) throw notFound('There are no runs yet.');
    return items[0].id;
  }
  const number = Number(/^#?(\d+)$/.exec(reference)?.[1]);
  if (!Number.isSafeInteger(number)) {
    throw usageError(`"${reference}" is not a run. Give its number, its id, or "last".`);
  }
  let seen = 0;
  for await (const run of readPages((page) => client.listRuns({ query: page }))) {
    if (run.number === number) return run.id;
    seen += 1;
    if (run.number < number) break;
    if (seen === lookBackRuns) {
      throw notFound(`Run ${number} is not among the latest ${lookBackRuns}. Give its id.`);
    }
  }
  throw notFound(`There is no run ${number}.`);
};

export const getRun = async (client: Client, reference: string): Promise<Run> =>
  client.getRun({ params: { id: await findRunId(client, reference) } });
