import { z } from 'zod';
import { AppId } from '@dumont/contracts/optimization/apps';

const Localized = z.strictObject({ en: z.string().min(1), 'pt-BR': z.string().min(1) });
const ModulePath = z.string().min(1).max(300);

const Fields = z.strictObject({
  id: AppId,
  name: Localized,
  description: Localized,
  /** Starts in the app's folder. */
  command: z.tuple([z.string().min(1)], z.string()),
  /**
   * How it gets its task and answers: on its standard streams, or as a worker of Cornflow does, which asks for its data
   * and writes what it found by calls to the Cornflow door.
   */
  protocol: z.enum(['streams', 'worker']).default('streams'),
  /** Modules that may be imported before a task is there; only for `node [--option=value ...] module`. */
  preload: z.array(ModulePath).nullable().default(null),
  solvers: z.array(z.string().min(1).max(100)).max(50).default([]),
  /** Its solvers may begin with a solution that they are given. */
  warmStart: z.boolean().default(false),
  /**
   * Turns files of other formats into instances: takes one on its standard input and answers on its standard output.
   * Its last arguments are the ending of the file and what is asked of it (`--maximize`).
   */
  convert: z
    .strictObject({
      command: z.tuple([z.string().min(1)], z.string()),
      endings: z.array(z.string().regex(/^[a-z0-9]{1,10}$/)).min(1),
    })
    .optional(),
  /** Seconds, where an execution names no limit of its own. */
  timeLimitSeconds: z
    .number()
    .int()
    .min(1)
    .max(30 * 86_400)
    .default(300),
  memoryBytes: z
    .number()
    .int()
    .min(16 * 1024 * 1024)
    .optional(),
});

/** `manifest.json` in the folder of a solver app. */
export const AppManifest = Fields.refine(
  ({ protocol, preload }) => protocol === 'streams' || preload === null,
  {
    path: ['preload'],
    message: 'a worker is started for its execution, with nothing imported before',
  },
);
export type AppManifest = z.infer<typeof AppManifest>;
