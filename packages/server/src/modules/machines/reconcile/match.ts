import type { ProviderMachine } from '../../market/index.ts';
import type { RentalRow } from '../machine.ts';

/**
 * Which of the listed machines is which rental: by its number, and where the reply that told it was lost by label and
 * host, which no two machines of a batch share.
 */
export const matchRentals = (
  rentals: readonly RentalRow[],
  listed: readonly ProviderMachine[],
): ReadonlyMap<string, ProviderMachine> => {
  const byId = new Map(listed.map((machine) => [machine.id, machine]));
  const matched = new Map<string, ProviderMachine>();
  const taken = new Set<string>();
  for (const rental of rentals) {
    const machine = rental.provider_machine_id === null ? undefined : byId.get(rental.provider_machine_id);
    if (machine === undefined) continue;
    matched.set(rental.id, machine);
    taken.add(machine.id);
  }
  for (const rental of rentals) {
    if (rental.provider_machine_id !== null) continue;
    const machine = listed.find(
      ({ id, label, hostMachineId }) =>
        !taken.has(id) && label === rental.label && hostMachineId === rental.host_machine_id,
    );
    if (machine === undefined) continue;
    matched.set(rental.id, machine);
    taken.add(machine.id);
  }
  return matched;
};
