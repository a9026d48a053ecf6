import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { Id, Timestamp } from '../primitives.ts';
import { route } from '../route.ts';
import { Instance } from './instances.ts';

/** A machine in an account that none of the books here stands for. */
export const Stranger = z
  .strictObject({
    account_id: Id,
    provider_instance_id: z.string(),
    /** `former`: rented under a former id of this installation. `other`: by somebody else; never touched. */
    standing: z.enum(['former', 'other']),
    label: z.string().nullable(),
    actual_status: z.string(),
    gpu_name: z.string(),
    num_gpus: z.number(),
    geolocation: z.string().nullable(),
    /** Dollars an hour while it runs, disk included. */
    dph_total: z.number(),
    start_date: Timestamp.nullable(),
  })
  .meta({ id: 'Stranger' });
export type Stranger = z.infer<typeof Stranger>;

export const listStrangers = route({
  method: 'GET',
  path: '/api/v1/instances/strangers',
  tag: 'machines',
  summary: 'Machines in the provider accounts that are not in the books here: formerly ours, or not ours',
  access: holdersOf('providers:read'),
  query: z.strictObject({ project_id: Id.optional() }),
  response: z.strictObject({ items: z.array(Stranger) }),
});

export const adoptStranger = route({
  method: 'POST',
  path: '/api/v1/instances/strangers/adopt',
  tag: 'machines',
  summary:
    'Take a machine that was rented under a former id of this installation into the books, and enter it',
  access: holdersOf('machines:write'),
  body: z.strictObject({ account_id: Id, provider_instance_id: z.string().min(1).max(100) }),
  response: Instance,
  errors: ['provider.not_found', 'machine.not_found', 'machine.not_ours', 'machine.never_ready'],
});
