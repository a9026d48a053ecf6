import { DoorError, type DoorRoute } from '../door.ts';
import { defaultLimit, listFields, readQuery } from '../fields.ts';
import { jsonContent, raw, type Json } from '../objects/json-text.ts';
import { ceilMoment, floorMoment } from '../objects/naive-time.ts';
import { noSuchEntity } from '../serve/errors.ts';
import {
  documentColumns,
  isTableName,
  type TableName,
  type TableRow,
  type TableStore,
} from './table-store.ts';

/** Rows may hold documents: so many are read at most. */
const greatestLimit = 1000;

const cellOf = (column: string, value: unknown): Json => {
  // RFC 822 at this one address.
  if (value instanceof Date) return value.toUTCString();
  if (documentColumns.has(column) && (typeof value === 'string' || Buffer.isBuffer(value))) return raw(value);
  return (value ?? null) as Json;
};

const formOf = (row: TableRow): Json =>
  Object.fromEntries(Object.entries(row).map(([column, value]) => [column, cellOf(column, value)]));

/** Tables as programs read them that copy all data. */
export const createTableRoutes = (store: TableStore): readonly DoorRoute[] => {
  const nameOf = (name: string | undefined): TableName => {
    if (name === undefined || !isTableName(name)) throw new DoorError(404, noSuchEntity);
    return name;
  };

  const list: DoorRoute = {
    view: 'tables',
    rule: '/table/<string:table_name>/',
    method: 'GET',
    roles: ['service'],
    query: listFields,
    handle: async ({ params, query }) => {
      const name = nameOf(params['table_name']);
      const { limit = defaultLimit, offset = 0, ...dates } = readQuery(query, listFields);
      const rows = await store.read(name, {
        limit: Math.min(limit, greatestLimit),
        offset,
        from: dates.creation_date_gte && ceilMoment(dates.creation_date_gte),
        to: dates.creation_date_lte && floorMoment(dates.creation_date_lte),
      });
      return { status: 200, ...jsonContent(rows.map(formOf)) };
    },
  };

  const show: DoorRoute = {
    view: 'tables-detail',
    rule: '/table/<string:table_name>/<string:idx>/',
    method: 'GET',
    roles: ['service'],
    handle: async ({ params }) => {
      const name = nameOf(params['table_name']);
      const id = params['idx'] ?? '';
      if (!/^[\w/-]{1,200}$/.test(id)) throw new DoorError(400, 'Invalid identifier.');
      const [row] = await store.read(name, { id, limit: 1, offset: 0, from: undefined, to: undefined });
      if (row === undefined) throw new DoorError(404, noSuchEntity);
      return { status: 200, ...jsonContent(formOf(row)) };
    },
  };

  return [list, show];
};
