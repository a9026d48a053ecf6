import type { ProviderMachine } from '../market/index.ts';
import type { MachineRow, RentalRow } from './machine.ts';
import type { Target } from './ports.ts';

/** Where to try: what the provider lists now, and else where it last answered. */
export const targetOf = (
  machine: MachineRow,
  rental: RentalRow,
  listed: ProviderMachine | undefined,
): Target => ({
  rentalId: rental.id,
  providerMachineId: rental.provider_machine_id ?? '',
  addresses:
    listed !== undefined && listed.sshAddresses.length > 0
      ? listed.sshAddresses
      : rental.ssh_host === null || rental.ssh_port === null
        ? []
        : [{ host: rental.ssh_host, port: rental.ssh_port }],
  machine,
  hostKey: rental.host_key ?? undefined,
});
