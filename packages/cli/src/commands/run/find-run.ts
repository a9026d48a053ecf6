import type { Client } from '@dumont/contracts/client';
import type { Run } from '@dumont/contracts/runs/runs';
import { isId } from '../../context.ts';
import { notFound, usageError } from '../../failure.ts';

/** How commands describe an argument that `findRunId` takes. */
export const runReference = 'its number, its id, or "last"';

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
  const { items } = await client.listRuns({ query: { number, limit: 1 } });
  if (items[0] === undefined) throw notFound(`There is no run ${number}.`);
  return items[0].id;
};

export const getRun = async (client: Client, reference: string): Promise<Run> =>
  client.getRun({ params: { id: await findRunId(client, reference) } });
