import type { Draw } from '../cloud/draw.ts';
import { isObject, type JsonObject, parseJson } from '../json.ts';
import { countLabels } from '../vast/list-instances.ts';
import { json, type VastResponse } from '../vast/reply.ts';

type Rows = readonly unknown[];

/** Replaces the rows of a list and everything that would tell on it. */
const withRows = (response: VastResponse, choose: (rows: Rows) => Rows): VastResponse => {
  const body = parseJson(response.body);
  if (response.status !== 200 || !isObject(body)) return response;
  if (Array.isArray(body['offers'])) return json(200, { ...body, offers: choose(body['offers'] as Rows) });
  const rows = Array.isArray(body['instances']) ? (body['instances'] as Rows) : [];
  const chosen = choose(rows);
  const missing = rows.length - chosen.length;
  const less = (name: string): number => Math.max(0, Number(body[name] ?? 0) - missing);
  const counted: JsonObject =
    chosen.length === 0
      ? { instances_found: 0, total_instances: 0, next_token: null }
      : { instances_found: less('instances_found'), total_instances: less('total_instances') };
  return json(200, { ...body, ...counted, label_counts: countLabels(chosen), instances: chosen });
};

/** As if there were nothing. */
export const emptyList = (response: VastResponse): VastResponse => withRows(response, () => []);

/** About half of it, with nothing that says so. */
export const partialList = (response: VastResponse, draw: Draw): VastResponse =>
  withRows(response, (rows) => rows.filter(() => draw.chance(0.5)));
