import { msSince } from '../../../kernel/clock.ts';
import { ProviderError, type Provider, type ProviderMachine } from '../providers/provider.ts';
import type { KnownMachineStore } from './known-machine-store.ts';

/**
 * How many are asked for after one list, those whose end was asked for here and others; the rest after the next
 * lists. Asking takes as long as several lists, and who waits for a list mostly waits for other machines.
 */
const maxEnded = 1;
const maxOthers = 5;

interface Doubted {
  /** The provider says of each by itself that there is none such. */
  readonly gone: readonly string[];
  /** Not in the list, and not asked for yet: they count as being there. */
  readonly unsure: readonly string[];
}

/**
 * A list proves what is in it, not what is missing: empty, partial and stale lists come with success. Each machine of
 * ours that is missing is asked for by itself; where the provider shows one of them, or does not answer, the list
 * is not believed and this throws.
 */
export const doubtListing = async (deps: {
  provider: Pick<Provider, 'findMachine'>;
  known: Awaited<ReturnType<KnownMachineStore['list']>>;
  machines: readonly Pick<ProviderMachine, 'id'>[];
  /** Those of the last list that was believed: what is in neither must be asked for at once. */
  before: ReadonlySet<string>;
  /** When the request for the list was begun. */
  takenAt: Date;
  signal: AbortSignal;
}): Promise<Doubted> => {
  const listed = new Set(deps.machines.map(({ id }) => id));
  const missing = deps.known.filter(
    ({ id, knownAt }) => !listed.has(id) && msSince(knownAt, deps.takenAt) > 0,
  );
  const turnOf = (isEnded: boolean, most: number) =>
    missing
      .filter(({ destroyAsked }) => destroyAsked === isEnded)
      .filter(({ id }, index) => index < most || !deps.before.has(id));
  // First those whose end nobody here asked for: most likely the list is wrong about them.
  const asked = [...turnOf(false, maxOthers), ...turnOf(true, maxEnded)];
  for (const { id } of asked) {
    if ((await deps.provider.findMachine(id, deps.signal)) !== undefined)
      throw new ProviderError(
        'blind',
        'list',
        `the list is without ${missing.length} machine(s) that should be in it, and machine ${id} exists`,
      );
  }
  const gone = new Set(asked.map(({ id }) => id));
  return { gone: [...gone], unsure: missing.map(({ id }) => id).filter((id) => !gone.has(id)) };
};
