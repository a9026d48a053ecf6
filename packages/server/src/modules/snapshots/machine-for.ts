import type { ProjectPermission } from '@dumont/contracts/access';
import { demand, reaches, scopeOf, type Caller } from '../../kernel/access/caller.ts';
import { AppError } from '../../kernel/errors.ts';
import type { MachineRef, Machines } from './machines-port.ts';

/** A machine that the caller may do this to; one they cannot see is not there. */
export const createMachineFor =
  (machines: Machines | undefined) =>
  async (caller: Caller, permission: ProjectPermission, instanceId: string): Promise<MachineRef> => {
    if (machines === undefined) throw new AppError('machine.unreachable');
    const machine = await machines.find(instanceId);
    if (machine === undefined || !reaches(scopeOf(caller, 'snapshots:read'), machine))
      throw new AppError('machine.not_found');
    demand(caller, permission, machine);
    return machine;
  };
