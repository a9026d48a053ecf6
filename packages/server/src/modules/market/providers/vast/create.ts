import { z } from 'zod';
import { ProviderError, type CreateResult, type MachineOrder } from '../provider.ts';
import type { ProviderResponse } from '../transport.ts';
import { parseAnswer, readAnswer, type Answer } from './answer.ts';
import { identifier, maybe, toUsd } from './numbers.ts';

type Orders = readonly [MachineOrder, ...MachineOrder[]];

export const maxOrders = 64;
const runtype = 'ssh_direc ssh_proxy';

const bodyOf = (order: MachineOrder): Record<string, unknown> => ({
  client_id: 'me',
  image: order.image,
  env: {
    ...order.environment,
    ...Object.fromEntries(order.ports.map((port) => [`-p ${port}:${port}`, '1'])),
  },
  price: order.bidPerHourMicroUsd === undefined ? null : toUsd(order.bidPerHourMicroUsd),
  disk: order.diskGb,
  label: order.label,
  onstart: order.onStart,
  runtype,
  force: false,
  // What cannot run now is of no use to a race, and its disk would be billed: false is the default for bids.
  cancel_unavail: true,
});

/** One request for all of them: it has one label, image and price for many offers. Throws `invalid` otherwise. */
export const createRequest = (
  orders: Orders,
): { readonly method: 'PUT' | 'POST'; readonly path: string; readonly body: unknown } => {
  const [first] = orders;
  const body = bodyOf(first);
  if (orders.length === 1)
    return { method: 'PUT', path: `/api/v0/asks/${encodeURIComponent(first.offerId)}/`, body };
  const text = JSON.stringify(body);
  if (orders.some((order) => JSON.stringify(bodyOf(order)) !== text))
    throw new ProviderError(
      'invalid',
      'create',
      'machines that are ordered together differ in more than the offer',
    );
  if (new Set(orders.map(({ offerId }) => offerId)).size !== orders.length || orders.length > maxOrders)
    throw new ProviderError('invalid', 'create', `an order takes at most ${maxOrders} offers, each once`);
  return {
    method: 'POST',
    path: '/api/v0/asks/bulk/',
    body: { ...body, ids: orders.map(({ offerId }) => Number(offerId)) },
  };
};

const Created = z.looseObject({
  new_contract: maybe(identifier),
  instance_api_key: maybe(z.string()),
});

const Entry = z.looseObject({ ask_id: identifier });
const Bulk = z.looseObject({ results: z.array(Entry) });

/** Failures of the call, not of an offer: nothing can be said of single orders. */
const ofTheCall: ReadonlySet<string> = new Set(['blind', 'rate_limited', 'auth']);

const createdOf = (json: unknown): CreateResult => {
  const { new_contract: machineId, instance_api_key: key } = parseAnswer(json, 'create', Created);
  if (machineId === undefined)
    throw new ProviderError('blind', 'create', 'the answer to an order names no machine');
  return { kind: 'created', machineId, restrictedKey: key ?? null };
};

const refusedOf = ({ error, failure }: Extract<Answer, { ok: false }>): CreateResult => ({
  kind: 'refused',
  error,
  machineId: failure.new_contract ?? null,
});

/** One result for each order. Throws where the answer does not say what was rented. */
export const readCreated = (response: ProviderResponse, orders: Orders): readonly CreateResult[] => {
  const answer = readAnswer(response, 'create');
  // An answer to many orders fails as a whole when one of them does, and says of each all the same.
  const bulk = orders.length === 1 ? undefined : Bulk.safeParse(answer.ok ? answer.json : answer.failure);
  if (bulk?.success !== true) {
    if (answer.ok) {
      if (bulk !== undefined)
        throw new ProviderError('blind', 'create', 'the answer to orders names no offers');
      return [createdOf(answer.json)];
    }
    // Something was rented: that counts for more than how the rest of the reply reads.
    if (answer.failure.new_contract === undefined && ofTheCall.has(answer.error.kind)) throw answer.error;
    return orders.map(() => refusedOf(answer));
  }
  const byOffer = new Map(bulk.data.results.map((entry) => [entry.ask_id, entry]));
  return orders.map(({ offerId }) => {
    const entry = byOffer.get(offerId);
    if (entry === undefined)
      throw new ProviderError('blind', 'create', `the answer to orders says nothing of offer ${offerId}`);
    const own = readAnswer({ status: 200, body: JSON.stringify(entry) }, 'create');
    return own.ok ? createdOf(own.json) : refusedOf(own);
  });
};
