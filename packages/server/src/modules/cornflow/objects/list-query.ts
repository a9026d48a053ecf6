import { pythonRepr, type ListFilter } from '../../optimization/index.ts';
import { DoorError } from '../door.ts';
import { defaultLimit, listFields, readQuery } from '../fields.ts';
import { appNamed } from './apps.ts';
import { ceilMoment, floorMoment } from './naive-time.ts';

/** A list is made in memory. */
const greatestLimit = 10_000;

/** Names that Cornflow knows and cannot work with. */
const unusable = ['name', 'id', 'user_name', 'last_name', 'email', 'role_id', 'url_rule', 'description'];

/** What a list shows; undefined where nothing can be in it. */
export const readListQuery = (query: URLSearchParams): ListFilter | undefined => {
  const refused = unusable.filter((name) => query.has(name));
  if (refused.length > 0) {
    const faults = Object.fromEntries(refused.map((name) => [name, ['Unknown field.']]));
    throw new DoorError(400, pythonRepr({ query: faults }));
  }
  const given = readQuery(query, listFields);
  const { schema, limit = defaultLimit, creation_date_gte: from, creation_date_lte: to } = given;
  const { update_date_gte: updatedFrom, update_date_lte: updatedTo } = given;
  // What is deleted is gone: nothing has such a date.
  const isOfDeleted = given.deletion_date_gte !== undefined || given.deletion_date_lte !== undefined;
  if (limit === 0 || isOfDeleted) return undefined;
  return {
    app: schema === undefined ? undefined : appNamed(schema),
    from: from && ceilMoment(from),
    to: to && floorMoment(to),
    updatedFrom: updatedFrom && ceilMoment(updatedFrom),
    updatedTo: updatedTo && floorMoment(updatedTo),
    limit: Math.min(limit, greatestLimit),
    offset: given.offset,
  };
};
