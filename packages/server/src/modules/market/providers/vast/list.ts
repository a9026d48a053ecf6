import { z } from 'zod';
import { ProviderError, type ProviderMachine } from '../provider.ts';
import { machineOf, WireMachine } from './machine.ts';
import { maybe } from './numbers.ts';

/** The most that the provider gives in a page. */
export const pageSize = 25;

export const Page = z.looseObject({
  success: z.literal(true).optional(),
  instances_found: maybe(z.number().int()),
  total_instances: z.number().int(),
  next_token: maybe(z.string()),
  instances: z.array(WireMachine),
});
type Page = z.output<typeof Page>;

const blind = (text: string): ProviderError => new ProviderError('blind', 'list', text);

/**
 * Reads page after page to the end. A list that contradicts itself (a total that changes or does not match, a
 * machine twice, pages that lead back) is no list: what is missing from it would be taken for gone.
 */
export const readPages = async (
  fetchPage: (afterToken: string | undefined) => Promise<Page>,
): Promise<readonly ProviderMachine[]> => {
  const machines = new Map<string, ProviderMachine>();
  const tokens = new Set<string>();
  let total: number | undefined;
  let token: string | undefined;
  do {
    const page = await fetchPage(token);
    total ??= page.total_instances;
    if (page.total_instances !== total) throw blind('the list changed while it was read');
    for (const wire of page.instances) {
      const machine = machineOf(wire);
      if (machines.has(machine.id)) throw blind(`the list names machine ${machine.id} twice`);
      machines.set(machine.id, machine);
    }
    token = page.next_token ?? undefined;
    if (token !== undefined && (tokens.has(token) || page.instances.length === 0))
      throw blind('the pages of the list lead nowhere');
    if (token !== undefined) tokens.add(token);
  } while (token !== undefined);
  if (machines.size !== total)
    throw blind(`the list names ${machines.size} machines of the ${total} that it counts`);
  return [...machines.values()];
};
