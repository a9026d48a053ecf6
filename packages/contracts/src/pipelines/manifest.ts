import { z } from 'zod';
import { longText, Slug } from '../primitives.ts';

/** `manifest.json` of a pipeline's folder. */

const Localized = z.strictObject({ en: longText(500).min(1), 'pt-BR': longText(500).min(1) });
export type Localized = z.infer<typeof Localized>;

/** `amplis.reag`, `maps`: a credential that a system asks for. */
export const CredentialKey = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$/);

const Option = z.discriminatedUnion('type', [
  z.strictObject({ name: Slug, type: z.literal('boolean'), default: z.boolean(), description: Localized }),
  z.strictObject({ name: Slug, type: z.literal('text'), default: longText(1000), description: Localized }),
  z.strictObject({
    name: Slug,
    type: z.literal('choice'),
    choices: z.array(longText(100)).min(1),
    default: longText(100),
    description: Localized,
  }),
]);
export type OptionDefinition = z.infer<typeof Option>;

export const SystemDefinition = z.strictObject({
  id: Slug,
  /** What the pipeline prints in the second bracket of a log line. */
  label: longText(64).min(1),
  name: Localized,
  description: Localized,
  icon: longText(40).min(1),
  order: z.number().int(),
  options: z.array(Option).default([]),
  credentials: z.array(CredentialKey).default([]),
  /** Names of configured paths that must exist and be writable before a run. */
  paths: z.array(Slug).default([]),
  /** True where the loaded data tell which funds exist, so that some may be selected. */
  knownFunds: z.boolean().default(false),
});
export type SystemDefinition = z.infer<typeof SystemDefinition>;

const isModuleOfNode = ([program, ...words]: readonly string[]): boolean => {
  const at = words.findIndex((word) => !word.startsWith('-'));
  return (
    program === 'node' && at >= 0 && words.slice(0, at).every((word) => /^--[a-z][a-z0-9-]*=/.test(word))
  );
};

export const Manifest = z
  .strictObject({
    id: Slug,
    name: Localized,
    description: Localized,
    /** Program and arguments, relative to `workingFolder`. `node` is the runtime that the server itself uses. */
    command: z.array(longText(1000).min(1)).min(1),
    workingFolder: longText(300).default('.'),
    /**
     * Modules that a process may import before a run of `node [--option=value ...] module` is asked for, so that
     * it starts at once. They must do nothing but define: nothing of the run is there yet. Null: none waits.
     */
    preload: z.array(longText(300).min(1)).max(100).nullable().default(null),
    /** `funds`: the run gets a database role that reaches the schema `funds` and nothing else. */
    database: z.literal('funds').nullable().default(null),
    timeoutSeconds: z.number().int().min(1).max(2_592_000).default(3600),
    /** Runs of this pipeline at the same time, per project. */
    concurrency: z.number().int().min(1).max(1000).default(1),
    /** May be started again from the beginning when its worker died. */
    repeatable: z.boolean().default(false),
    retry: z
      .strictObject({
        maxAttempts: z.number().int().min(1).max(20),
        backoffSeconds: z.number().int().min(0).max(86_400),
        /** `exit_N`, `timed_out`, `worker_lost`. */
        on: z.array(z.string().regex(/^(exit_\d{1,3}|timed_out|worker_lost)$/)),
      })
      .default({ maxAttempts: 1, backoffSeconds: 0, on: [] }),
    parameters: z
      .record(Slug, z.strictObject({ type: z.literal('date'), default: z.literal('D-1') }))
      .default({}),
    paths: z.array(Slug).default([]),
    systems: z.array(SystemDefinition).min(1),
  })
  .superRefine((manifest, context) => {
    if (manifest.preload !== null && !isModuleOfNode(manifest.command)) {
      const message = 'needs a command of the form node [--option=value ...] module';
      context.addIssue({ code: 'custom', path: ['preload'], message });
    }
    const seen = new Map<string, number>();
    manifest.systems.forEach((system, index) => {
      for (const key of [`id ${system.id}`, `label ${system.label}`]) {
        const first = seen.get(key);
        if (first === undefined) seen.set(key, index);
        else
          context.addIssue({
            code: 'custom',
            path: ['systems', index],
            message: `${key} is taken by systems.${first}`,
          });
      }
    });
  });
export type Manifest = z.infer<typeof Manifest>;
