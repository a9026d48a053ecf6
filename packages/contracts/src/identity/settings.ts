import { z } from 'zod';
import { signedIn } from '../access.ts';
import { DiskSize, Image, IdlePolicy, Ports, SomeNeeds } from '../machines/instances.ts';
import { route } from '../route.ts';
import { locales } from './auth.ts';

/** What a deployment takes that leaves it out. What is left out here too is the house's. */
export const DeploymentDefaults = z
  .strictObject({
    /** Field by field; not where one offer is named. */
    needs: SomeNeeds.optional(),
    image: Image.optional(),
    disk_size: DiskSize.optional(),
    ports: Ports.optional(),
    idle_policy: IdlePolicy.partial().optional(),
  })
  .meta({ id: 'DeploymentDefaults' });
export type DeploymentDefaults = z.infer<typeof DeploymentDefaults>;

export const mailNews = ['machine_asleep', 'machine_lost', 'budget'] as const;

/** Mails about one's own machines. */
export const MailWishes = z
  .strictObject({
    /** One was put to sleep that one did not put to sleep oneself. */
    machine_asleep: z.boolean(),
    /** The provider no longer has one. */
    machine_lost: z.boolean(),
    /** One was not rented or not woken because of the budget. */
    budget: z.boolean(),
  })
  .meta({ id: 'MailWishes' });
export type MailWishes = z.infer<typeof MailWishes>;

/** Keys of providers and of storage are credentials, and never in it. */
export const UserSettings = z
  .strictObject({
    /** The one of the profile. */
    language: z.enum(locales),
    deployment: DeploymentDefaults,
    notifications: z.strictObject({
      mail: MailWishes,
      /** Why no mail comes, whatever is wished for; null when it does. */
      mail_withheld: z.enum(['no_mail_server', 'address_unconfirmed']).nullable(),
    }),
  })
  .meta({ id: 'UserSettings' });
export type UserSettings = z.infer<typeof UserSettings>;

export const getSettings = route({
  method: 'GET',
  path: '/api/v1/settings',
  tag: 'users',
  summary: 'My settings: language, what a deployment takes unless told otherwise, which mails I get',
  access: signedIn,
  response: UserSettings,
});

export const putSettings = route({
  method: 'PUT',
  path: '/api/v1/settings',
  tag: 'users',
  summary: 'Change my settings: a part that is given replaces that part, one that is left out stays',
  access: signedIn,
  body: z.strictObject({
    language: z.enum(locales).optional(),
    deployment: DeploymentDefaults.optional(),
    notifications: z.strictObject({ mail: MailWishes }).optional(),
  }),
  response: UserSettings,
});
