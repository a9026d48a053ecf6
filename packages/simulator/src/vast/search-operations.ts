import type { Cloud } from '../cloud/cloud.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Operation } from './exchange.ts';
import { invalid, json, type VastResponse } from './reply.ts';
import { queryJson } from './request.ts';
import { searchOffers } from './search.ts';

const answer = (cloud: Cloud, query: JsonObject, columns: unknown): VastResponse => {
  const offers = searchOffers(cloud, query);
  if (typeof offers === 'string') return invalid(offers);
  const isAll = !Array.isArray(columns) || columns.includes('*');
  return json(200, {
    offers: isAll
      ? offers
      : offers.map((offer) =>
          Object.fromEntries((columns as unknown[]).map((name) => [String(name), offer[String(name)]])),
        ),
  });
};

/** Every kind of GPU in the market. */
export const listGpuNames: Operation = ({ cloud }) =>
  json(200, {
    success: true,
    gpu_names: [...new Set(cloud.asks().map(({ machine }) => machine.gpu.name))].toSorted(),
  });

export const search: Operation = ({ cloud, parsed }) => answer(cloud, parsed.body, undefined);

export const searchByQuery: Operation = ({ cloud, parsed }) => {
  const query = queryJson(parsed, 'q') ?? {};
  return isObject(query) ? answer(cloud, query, undefined) : invalid('Invalid query');
};

export const searchNew: Operation = ({ cloud, parsed }) => {
  const query = parsed.body['q'] ?? {};
  return isObject(query) ? answer(cloud, query, parsed.body['select_cols']) : invalid('Invalid query');
};
