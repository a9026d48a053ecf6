import type { Vault } from '../../../kernel/vault/vault.ts';
import type { MachineRow } from '../machine.ts';
import type { Target } from '../ports.ts';
import { createKeyPair } from '../ssh/keys.ts';
import type { SshTarget } from '../ssh/target.ts';

const contextOf = (machineId: string): string => `machine:${machineId}`;

/** A key pair of the machine's own, the private half sealed. */
export const createMakeKeys =
  (vault: Vault) =>
  async (machineId: string): Promise<{ ssh_public_key: string; ssh_private_key: Buffer }> => {
    const { publicKey, privateKey } = createKeyPair();
    return {
      ssh_public_key: publicKey,
      ssh_private_key: await vault.seal(contextOf(machineId), privateKey),
    };
  };

/** As whom rented images are entered. */
const user = 'root';

export const sshTargetOf = async (
  vault: Vault,
  machine: Pick<MachineRow, 'id' | 'ssh_private_key'>,
  { addresses, hostKey }: Pick<Target, 'addresses' | 'hostKey'>,
): Promise<SshTarget> => ({
  addresses,
  user,
  privateKey: await vault.open(contextOf(machine.id), machine.ssh_private_key),
  hostKey,
});
