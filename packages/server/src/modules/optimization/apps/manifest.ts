import { z } from 'zod';
import { AppId } from '@dumont/contracts/optimization/apps';

const Localized = z.strictObject({ en: z.string().min(1), 'pt-BR': z.string().min(1) });
const ModulePath = z.string().min(1).max(300);

/** `manifest.json` in the folder of a solver app. */
export const AppManifest = z.strictObject({
  id: AppId,
  name: Localized,
  description: Localized,
  /** Starts in the app's folder: takes a task on its standard input and answers on its standard output. */
  command: z.tuple([z.string().min(1)], z.string()),
  /** Modules that may be imported before a task is there; only for `node [--option=value ...] module`. */
  preload: z.array(ModulePath).nullable().default(null),
  solvers: z.array(z.string().min(1).max(100)).max(50).default([]),
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
export type AppManifest = z.infer<typeof AppManifest>;
