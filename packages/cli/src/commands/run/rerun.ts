import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@dumont/contracts/primitives';
import type { Command } from 'commander';
import type { OpenContext } from '../../context.ts';
import { usageError } from '../../failure.ts';
import { collectAssignments, wholeNumber } from '../arguments.ts';
import { getRun, runReference } from './find-run.ts';
import { followOption, waitOption } from './start.ts';
import { reportStarted } from './watch.ts';

interface RerunOptions {
  readonly param?: readonly (readonly [string, string])[];
  readonly priority?: number;
  readonly wait?: boolean;
  readonly follow?: boolean;
}

type Json = JsonObject[string];

/** Text where text was before; else JSON where it is JSON (`true`, `3`, `["a"]`), and text otherwise. */
const parseValue = (text: string, before: Json | undefined): Json => {
  if (typeof before === 'string') return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
};

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Sets `a.b.c` inside an object; objects on the way are made, anything else on the way is refused. */
export const setParam = (target: JsonObject, path: string, text: string): JsonObject => {
  const [first = '', ...rest] = path.split('.');
  if (first === '') throw usageError(`"${path}" does not lead to a parameter.`);
  if (rest.length === 0) return { ...target, [first]: parseValue(text, target[first]) };
  const inner = target[first];
  if (inner !== undefined && !isObject(inner)) {
    throw usageError(`"${path}": ${first} is ${JSON.stringify(inner)}, which holds nothing.`);
  }
  return { ...target, [first]: setParam(inner ?? {}, rest.join('.'), text) };
};

export const registerRerun = (run: Command, open: OpenContext): void => {
  run
    .command('rerun')
    .summary('run again, with the same or other parameters')
    .description('Start a run again with the same parameters, or with some of them changed.')
    .argument('<run>', runReference)
    .option(
      '-p, --param <name=value>',
      'change a parameter, again for more; a.b leads into objects, values may be JSON',
      collectAssignments,
    )
    .option('--priority <number>', 'higher goes first, -100 to 100', wholeNumber(-100, 100))
    .addOption(waitOption())
    .addOption(followOption())
    .addHelpText(
      'after',
      `
Example:
  dumont run rerun 128 --param data_inicial=01/10/2026 --param 'sistemas=["cvm_diario"]' --wait`,
    )
    .action(async (reference: string, options: RerunOptions, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const found = await getRun(client, reference);
      const params = options.param?.reduce<JsonObject>(
        (changed, [path, text]) => setParam(changed, path, text),
        found.params,
      );
      const next = await client.rerunRun({
        params: { id: found.id },
        idempotencyKey: randomUUID(),
        body: {
          ...(params === undefined ? {} : { params }),
          ...(options.priority === undefined ? {} : { priority: options.priority }),
        },
      });
      await reportStarted(context, next, options);
    });
};
