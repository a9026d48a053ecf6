import type { JsonObject } from '@dumont/contracts/primitives';
import { AppError } from '../../../kernel/errors.ts';
import type { Catalogue } from '../manifests/catalogue.ts';
import type { OptionValue } from '../systems/options.ts';

export interface ExecuteRequest {
  readonly sistemas: readonly string[];
  readonly data_inicial?: string | undefined;
  readonly data_final?: string | undefined;
  /** By system, or one value for each chosen system that has such an option. */
  readonly opcoes?: Readonly<Record<string, OptionValue | Readonly<Record<string, OptionValue>>>> | undefined;
}

const nestOptions = (
  catalogue: Catalogue,
  systems: readonly string[],
  given: NonNullable<ExecuteRequest['opcoes']>,
): Record<string, Record<string, OptionValue>> => {
  const nested: Record<string, Record<string, OptionValue>> = {};
  const set = (system: string, name: string, value: OptionValue): void => {
    nested[system] = { ...nested[system], [name]: value };
  };
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'object') {
      for (const [option, inner] of Object.entries(value)) set(name, option, inner);
      continue;
    }
    const having = systems.filter((id) =>
      catalogue.findSystem(id)?.definition.options.some((option) => option.name === name),
    );
    // None has it: the first system is named in the error that the plan gives.
    for (const id of having.length > 0 ? having : systems.slice(0, 1)) set(id, name, value);
  }
  return nested;
};

/** The pipeline is that of the first system; the plan refuses systems of another. */
export const toRunRequest = (
  catalogue: Catalogue,
  { sistemas, opcoes, data_inicial, data_final }: ExecuteRequest,
): { subject: string; params: JsonObject } => {
  const [first] = sistemas;
  if (first === undefined) throw new AppError('system.no_selection');
  const unknown = sistemas.find((id) => catalogue.findSystem(id) === undefined);
  const system = catalogue.findSystem(first);
  if (unknown !== undefined || system === undefined) {
    const known = catalogue.systems.map(({ definition }) => definition.id).join(', ') || 'none';
    throw new AppError('system.unknown', { id: unknown ?? first, known });
  }
  return {
    subject: system.pipeline.manifest.id,
    params: {
      sistemas: [...sistemas],
      ...(data_inicial ? { data_inicial } : {}),
      ...(data_final ? { data_final } : {}),
      ...(opcoes === undefined ? {} : { opcoes: nestOptions(catalogue, sistemas, opcoes) }),
    },
  };
};
