import type { Needs } from '@dumont/contracts/machines/instances';
import { queryOf } from '../phases/searching.ts';
import type { MachineRow, RentalRow } from '../machine.ts';

/** What an attempt asks of a machine. */
export interface MachineWish {
  readonly projectId: string;
  /** By id or label: this one and no other. */
  readonly machine?: string | undefined;
  readonly image?: string | undefined;
  readonly needs: Partial<Needs>;
}

/** Whether what is rented already has what is asked for. Its price is paid anyway. */
const hasNeeds = ({ offer }: RentalRow, needs: Needs, diskGb: number): boolean => {
  const { gpuName, gpuCount, minCpuCores, minMemoryMb } = queryOf(needs, diskGb);
  return (
    (gpuName === undefined || normal(gpuName) === normal(offer.gpuName)) &&
    (gpuCount === undefined || offer.gpuCount >= gpuCount) &&
    (minCpuCores === undefined || offer.cpuCores >= minCpuCores) &&
    (minMemoryMb === undefined || offer.memoryMb >= minMemoryMb)
  );
};

/** `RTX_4090` and `RTX 4090` are the same. */
const normal = (name: string): string => name.replaceAll('_', ' ').trim().toLowerCase();

/** Whether the same would be rented when it wakes. */
const isSameWish = (machine: MachineRow, needs: Needs): boolean =>
  (Object.keys(needs) as (keyof Needs)[]).every((name) => machine.needs[name] === needs[name]);

/** How good a machine is for it, by how soon it is there: lower is sooner. Undefined: not at all. */
export const rankFit = (
  machine: MachineRow,
  rental: RentalRow | undefined,
  wish: { readonly needs: Needs; readonly image: string; readonly isAnyImage: boolean },
): number | undefined => {
  if (!wish.isAnyImage && machine.image !== wish.image) return undefined;
  if (machine.state === 'running' || machine.state === 'paused') {
    if (rental === undefined || !hasNeeds(rental, wish.needs, machine.disk_gb)) return undefined;
    return machine.state === 'running' ? 0 : 1;
  }
  if (!machine.made_for_runs || !isSameWish(machine, wish.needs)) return undefined;
  return machine.state === 'hibernated' ? 2 : machine.state === 'new' ? 3 : undefined;
};
