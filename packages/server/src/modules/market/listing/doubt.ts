import { ProviderError, type Provider, type ProviderMachine } from '../providers/provider.ts';
import type { KnownMachineStore } from './known-machine-store.ts';

/** So many of the missing are asked for one by one; a list that is wrong is wrong about any of them. */
const maxAsked = 5;

/**
 * A list without machines that were there, and whose end nobody here asked for, is doubted: an empty or a partial
 * list must not make machines lost. Each that is missing is asked for by itself; while the provider shows one of
 * them, or does not answer, the list is not believed and this throws `blind`. Answers the ids that are gone.
 */
export const doubtListing = async (deps: {
  provider: Pick<Provider, 'findMachine'>;
  known: KnownMachineStore;
  accountId: string;
  machines: readonly ProviderMachine[];
  /** When the request for the list was begun. */
  takenAt: Date;
  signal: AbortSignal;
}): Promise<readonly string[]> => {
  const listed = new Set(deps.machines.map(({ id }) => id));
  const absent = (await deps.known.list(deps.accountId)).filter(
    ({ id, knownAt }) => !listed.has(id) && knownAt < deps.takenAt,
  );
  const missing = absent.filter(({ destroyAsked }) => !destroyAsked);
  for (const { id } of missing.slice(0, maxAsked)) {
    const found = await deps.provider.findMachine(id, deps.signal);
    if (found !== undefined)
      throw new ProviderError(
        'blind',
        'list',
        `the list is without ${missing.length} machine(s) that should be in it, and machine ${id} exists`,
      );
  }
  return absent.map(({ id }) => id);
};
