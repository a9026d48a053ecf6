import type { DoorRoute } from './door.ts';

/** As Cornflow numbers and names what a permission is for. */
export const actions = [
  { id: 1, name: 'can get', method: 'GET' },
  { id: 2, name: 'can patch', method: 'PATCH' },
  { id: 3, name: 'can post', method: 'POST' },
  { id: 4, name: 'can put', method: 'PUT' },
  { id: 5, name: 'can delete', method: 'DELETE' },
] as const satisfies readonly { id: number; name: string; method: DoorRoute['method'] }[];

export const actionOf = (method: DoorRoute['method']): number =>
  actions.find((action) => action.method === method)?.id ?? 0;

export const actionName = (id: number): string => actions.find((action) => action.id === id)?.name ?? '';
