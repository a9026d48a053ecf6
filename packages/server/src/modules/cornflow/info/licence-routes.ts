import type { DoorRoute } from '../door.ts';
import { readLicences, type Licence } from './licences.ts';

export const createLicenceRoutes = (checkout: string): readonly DoorRoute[] => {
  let licences: Promise<readonly Licence[]> | undefined;
  return [
    {
      view: 'licences',
      rule: '/licences/',
      method: 'GET',
      roles: ['viewer', 'planner', 'admin'],
      handle: async () => {
        licences ??= readLicences(checkout).catch((error: unknown) => {
          licences = undefined;
          throw error;
        });
        return { status: 200, json: [...(await licences)] };
      },
    },
  ];
};
