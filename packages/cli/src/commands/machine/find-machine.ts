import { ApiError } from '@dumont/contracts/client';
import type { Instance, InstanceStatus } from '@dumont/contracts/machines/instances';
import { type Context, isId } from '../../context.ts';
import { findOne } from '../../input/find-one.ts';
import { readUpTo } from '../pages.ts';

/** How commands describe an argument that `findMachine` takes. */
export const machineReference = 'its label, its id, or the start or end of that';

/** More than anybody rents: a list is read whole, since its rows are cheap beside what they stand for. */
const most = 10_000;

/** Machines of the project that is named, or of all that one sees; those that are destroyed only by their status. */
export const listMachines = async (context: Context, status?: InstanceStatus): Promise<Instance[]> => {
  const client = await context.client();
  const projectId = await context.projectId();
  const query = status === undefined ? {} : { status };
  const { items } = await readUpTo(most, async (page) => {
    const { instances, nextCursor } = await client.listInstances({ query: { ...query, ...page } });
    return { items: instances, nextCursor };
  });
  return items.filter((machine) => projectId === undefined || machine.project_id === projectId);
};

/** The machine that a word of the user means. One that is destroyed is found when no other is called so. */
export const findMachine = async (context: Context, word: string): Promise<Instance> => {
  if (isId(word)) {
    const client = await context.client();
    return client.getInstance({ params: { id: word.toLowerCase() } });
  }
  const present = await listMachines(context);
  const isMeant = ({ id, label }: Instance): boolean =>
    label === word ||
    (word.length >= 4 && (id.startsWith(word.toLowerCase()) || id.endsWith(word.toLowerCase())));
  if (present.some(isMeant)) return findOne('machine', present, word, ({ label }) => label);
  const destroyed = await listMachines(context, 'destroyed');
  // Of several that are destroyed and were called so, the last one is meant.
  return (
    destroyed.find(({ label }) => label === word) ??
    findOne('machine', destroyed.some(isMeant) ? destroyed : present, word, ({ label }) => label)
  );
};

/** The id that a word of the user means: an id itself is taken as it is, since snapshots outlive their machine. */
export const findMachineId = async (context: Context, word: string): Promise<string> =>
  isId(word) ? word.toLowerCase() : (await findMachine(context, word)).id;

/** Labels by id of the machines that are there; none where one may not see them. */
export const readLabels = async (context: Context): Promise<ReadonlyMap<string, string>> => {
  try {
    const machines = await listMachines(context);
    return new Map(machines.map(({ id, label }) => [id, label]));
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return new Map();
    throw error;
  }
};
