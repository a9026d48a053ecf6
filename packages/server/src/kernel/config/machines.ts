import type { Settings } from './settings.ts';

/** How machines are rented, and how much of it at once: budgets of the whole installation. */
export interface MachinesConfig {
  readonly maxMachines: number;
  readonly maxMicroUsdPerHour: number;
  /** Machines of a batch of the race, on as many hosts. */
  readonly batchSize: number;
  readonly maxBatches: number;
  /** How long a batch may take to answer. */
  readonly batchSeconds: number;
}

export const readMachinesConfig = (settings: Pick<Settings, 'integer'>): MachinesConfig => ({
  maxMachines: settings.integer('DUMONT_MACHINES_MAX', 100, { min: 0, max: 100_000 }),
  maxMicroUsdPerHour:
    settings.integer('DUMONT_MACHINES_MAX_DOLLARS_PER_HOUR', 100, { min: 0, max: 1_000_000 }) * 1_000_000,
  batchSize: settings.integer('DUMONT_RACE_BATCH', 5, { min: 1, max: 20 }),
  maxBatches: settings.integer('DUMONT_RACE_BATCHES', 3, { min: 1, max: 10 }),
  batchSeconds: settings.integer('DUMONT_RACE_SECONDS', 90, { min: 10, max: 3600 }),
});
