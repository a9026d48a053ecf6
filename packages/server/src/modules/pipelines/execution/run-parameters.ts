import type { SystemDefinition } from '@dumont/contracts/pipelines/manifest';
import type { JsonObject } from '@dumont/contracts/primitives';
import { z } from 'zod';
import { AppError } from '../../../kernel/errors.ts';
import type { OptionValues } from '../systems/options.ts';

/** What a pipeline's run is asked for, and what its row records: `sistemas`, dates, `opcoes`, `limpar`, `dryRun`. */
export interface RunParameters {
  readonly systems: readonly string[];
  /** By system. */
  readonly options: Readonly<Record<string, OptionValues>>;
  readonly dates: Readonly<Record<string, unknown>>;
  readonly clean: boolean;
  readonly dryRun: boolean;
}

const Given = z.looseObject({
  sistemas: z.array(z.string().max(64)).max(100).optional(),
  opcoes: z
    .record(z.string().max(64), z.record(z.string().max(64), z.union([z.boolean(), z.string().max(1000)])))
    .optional(),
  limpar: z.boolean().optional(),
  dryRun: z.boolean().optional(),
});

const invalid = (issues: readonly { path: string; message: string }[]): AppError =>
  new AppError('request.invalid', { count: issues.length }, { issues });

/** Throws `request.invalid` for what has another shape, and for names that this pipeline does not know. */
export const readRunParameters = (params: JsonObject, dateNames: readonly string[]): RunParameters => {
  const parsed = Given.safeParse(params);
  if (!parsed.success) {
    throw invalid(
      parsed.error.issues.map(({ path, message }) => ({ path: ['body.params', ...path].join('.'), message })),
    );
  }
  const { sistemas, opcoes, limpar, dryRun, ...dates } = parsed.data;
  const unknown = Object.keys(dates).filter((name) => !dateNames.includes(name));
  if (unknown.length > 0) {
    const message = `no parameter of this pipeline; it has: ${['sistemas', 'opcoes', 'limpar', 'dryRun', ...dateNames].join(', ')}`;
    throw invalid(unknown.map((name) => ({ path: `body.params.${name}`, message })));
  }
  return {
    systems: [...new Set(sistemas)],
    options: opcoes ?? {},
    // In the order of the manifest: a database does not keep that of an object.
    dates: Object.fromEntries(
      dateNames.flatMap((name) => (dates[name] === undefined ? [] : [[name, dates[name]]])),
    ),
    clean: limpar ?? false,
    dryRun: dryRun ?? false,
  };
};

export const writeRunParameters = (parameters: RunParameters): JsonObject => ({
  sistemas: [...parameters.systems],
  ...(parameters.dates as Readonly<Record<string, string>>),
  opcoes: Object.fromEntries(Object.entries(parameters.options).map(([id, values]) => [id, { ...values }])),
  ...(parameters.clean ? { limpar: true } : {}),
  ...(parameters.dryRun ? { dryRun: true } : {}),
});

/** `--sistemas a b --data-inicial DD/MM/YYYY --opcao system.name=value [--limpar] [--dry-run]` */
export const toCommandLine = (parameters: RunParameters, systems: readonly SystemDefinition[]): string[] => [
  '--sistemas',
  ...parameters.systems,
  ...Object.entries(parameters.dates).flatMap(([name, day]) => [
    `--${name.replaceAll('_', '-')}`,
    String(day),
  ]),
  ...systems.flatMap((system) =>
    Object.entries(parameters.options[system.id] ?? {}).flatMap(([name, value]) => [
      '--opcao',
      `${system.id}.${name}=${String(value)}`,
    ]),
  ),
  ...(parameters.clean ? ['--limpar'] : []),
  ...(parameters.dryRun ? ['--dry-run'] : []),
];
