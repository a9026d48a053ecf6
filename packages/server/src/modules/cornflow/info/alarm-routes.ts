import type { Clock } from '../../../kernel/clock.ts';
import { DoorError, type DoorRoute } from '../door.ts';
import { decimal, natural, nullable, optional, readBody, readQuery, required, text } from '../fields.ts';
import { said, updated } from '../objects/answers.ts';
import { toNaive } from '../objects/naive-time.ts';
import type { CornflowAlarmStore } from './alarm-store.ts';

const all = ['viewer', 'planner', 'admin', 'service'] as const;
const writers = ['planner', 'admin', 'service'] as const;

/** Without what stands only for itself: times are naive in every answer. */
const formOf = <T extends { created_at: Date; updated_at: Date; deleted_at?: Date | null }>(row: T) => {
  const { created_at, updated_at, deleted_at: _, ...fields } = row;
  return { ...fields, created_at: toNaive(created_at), updated_at: toNaive(updated_at) };
};

const listQuery = { schema: optional(text), criticality: optional(decimal) };
const listMainQuery = { ...listQuery, id_alarm: optional(natural) };

const addFields = {
  name: required(text),
  criticality: required(decimal),
  description: required(text),
  schema: nullable(text),
};

const changeFields = {
  id: optional(natural),
  name: optional(text),
  criticality: optional(decimal),
  description: optional(text),
  schema: nullable(text),
};

const addMainFields = {
  id_alarm: required(natural),
  criticality: required(decimal),
  message: required(text),
  schema: nullable(text),
};

export const createCornflowAlarmRoutes = (deps: {
  store: CornflowAlarmStore;
  clock: Clock;
}): readonly DoorRoute[] => {
  const { store, clock } = deps;
  const missing = (id: string | undefined): DoorError =>
    new DoorError(404, `Object with id ${id ?? ''} not found.`);

  const address = { view: 'alarms', rule: '/alarms/' } as const;
  const list: DoorRoute = {
    ...address,
    method: 'GET',
    roles: all,
    query: listQuery,
    handle: async ({ query }) => {
      const rows = await store.list(readQuery(query, listQuery));
      return { status: 200, json: rows.map(formOf) };
    },
  };
  const add: DoorRoute = {
    ...address,
    method: 'POST',
    roles: writers,
    body: addFields,
    handle: async ({ document }) => {
      const { schema = null, ...given } = readBody(document, addFields);
      return { status: 201, json: formOf(await store.insert({ ...given, schema }, clock.now())) };
    },
  };

  const detail = { view: 'alarms-detail', rule: '/alarms/<int:idx>/' } as const;
  const show: DoorRoute = {
    ...detail,
    method: 'GET',
    roles: all,
    handle: async ({ params }) => {
      const row = await store.find(Number(params['idx']));
      if (row === undefined) throw missing(params['idx']);
      return { status: 200, json: formOf(row) };
    },
  };
  const change: DoorRoute = {
    ...detail,
    method: 'PUT',
    roles: writers,
    body: changeFields,
    handle: async ({ params, document }) => {
      const given = readBody(document, changeFields);
      const { id: _, ...fields } = given;
      const edit = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
      if (!(await store.update(Number(params['idx']), edit, clock.now()))) throw missing(params['idx']);
      return updated;
    },
  };
  const remove: DoorRoute = {
    ...detail,
    method: 'DELETE',
    roles: writers,
    handle: async ({ params }) => {
      const now = clock.now();
      if (!(await store.update(Number(params['idx']), { deleted_at: now }, now)))
        throw missing(params['idx']);
      return said('Object marked as disabled');
    },
  };

  const main = { view: 'main-alarms', rule: '/main-alarms/' } as const;
  const listMain: DoorRoute = {
    ...main,
    method: 'GET',
    roles: all,
    query: listMainQuery,
    handle: async ({ query }) => {
      const { id_alarm: alarm, ...given } = readQuery(query, listMainQuery);
      return { status: 200, json: (await store.listMain({ ...given, alarm })).map(formOf) };
    },
  };
  const addMain: DoorRoute = {
    ...main,
    method: 'POST',
    roles: writers,
    body: addMainFields,
    handle: async ({ document }) => {
      const { schema = null, ...given } = readBody(document, addMainFields);
      if ((await store.find(given.id_alarm)) === undefined) throw missing(String(given.id_alarm));
      return { status: 201, json: formOf(await store.insertMain({ ...given, schema }, clock.now())) };
    },
  };

  return [list, add, show, change, remove, listMain, addMain];
};
