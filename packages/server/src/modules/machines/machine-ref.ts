import type { MachineRef } from '../snapshots/index.ts';
import type { MachineRow } from './machine.ts';

/** A machine as module snapshots knows it. */
export const refOf = (machine: MachineRow): MachineRef => ({
  id: machine.id,
  name: machine.label,
  projectId: machine.project_id,
  ownerId: machine.owner_id,
  epoch: machine.epoch,
});
