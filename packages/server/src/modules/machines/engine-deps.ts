import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Events } from '../../kernel/events/events.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import type { Vault } from '../../kernel/vault/vault.ts';
import type { Listing, MarketApi } from '../market/index.ts';
import type { EventStore } from './event-store.ts';
import type { HoldStore } from './holds/hold-store.ts';
import type { MachineStore } from './machine-store.ts';
import type { OperationStore } from './operation-store.ts';
import type { JudgeIdle, Reach, SnapshotWork } from './ports.ts';
import type { TellOwner } from './owner-mail.ts';
import type { RentalStore } from './rental-store.ts';

export interface MachineSettings {
  /** Machines of a batch, on as many hosts. */
  readonly batchSize: number;
  readonly maxBatches: number;
  /** How long a batch may take to answer. */
  readonly batchSeconds: number;
  /** A paused machine's host is kept so long, then it hibernates: its snapshot was verified before the pause. */
  readonly pauseHoldSeconds: number;
  readonly maxMachines: number;
  readonly maxMicroUsdPerHour: number;
}

export const defaultSettings: MachineSettings = {
  batchSize: 5,
  maxBatches: 3,
  batchSeconds: 90,
  pauseHoldSeconds: 1800,
  maxMachines: 100,
  maxMicroUsdPerHour: 100_000_000,
};

/** What phases, watch and reconciler work with. */
export interface EngineDeps {
  readonly db: Database;
  readonly machines: MachineStore;
  readonly operations: OperationStore;
  readonly rentals: RentalStore;
  readonly holds: HoldStore;
  readonly story: EventStore;
  readonly market: MarketApi;
  readonly snapshots: SnapshotWork;
  readonly reach: Reach;
  readonly judgeIdle: JudgeIdle;
  readonly events: Events;
  readonly clock: Clock;
  readonly random: Random;
  readonly vault: Pick<Vault, 'derive'>;
  readonly log: Logger;
  readonly settings: MachineSettings;
  /** A key pair of the machine's own, as its row keeps it. */
  makeKeys(machineId: string): Promise<{ readonly ssh_public_key: string; readonly ssh_private_key: Buffer }>;
  /** Told of each complete listing that was compared: what meters it. */
  onListing?(accountId: string, listing: Listing): Promise<void>;
  /** Mails the owner of a machine, if they want it. */
  readonly tellOwner: TellOwner;
  /** Compares an account's listing soon. */
  wakeReconciler(accountId: string): void;
}
