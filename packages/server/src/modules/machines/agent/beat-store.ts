import { sql } from 'kysely';
import type { IdlePolicy } from '@dumont/contracts/machines/instances';
import type { Database } from '../../../kernel/db/database.ts';
import type { MachineState, OperationKind } from '../machine.ts';
import type { BeatSample } from './figures.ts';
import type { BeatenMachine } from './idle.ts';

/** A machine as its agent's token finds it. */
export interface MachineOfToken extends BeatenMachine {
  readonly tokenSha256: Buffer;
  readonly machineId: string;
  readonly rentalId: string;
  readonly epoch: number;
  readonly state: MachineState;
  readonly policy: IdlePolicy;
  readonly keepUntil: Date | null;
  readonly rentedGpus: number;
  /** What is being done with it. */
  readonly operation: OperationKind | null;
  /** A run has it: whatever its figures are, it is not idle. */
  readonly isHeld: boolean;
}

export interface Beat {
  readonly machineId: string;
  readonly rentalId: string;
  readonly epoch: number;
  readonly sample: BeatSample;
  /** By this beat and those before. */
  readonly idleSince: Date | null;
  readonly sleepsAt: Date | null;
}

export const createBeatStore = (db: Database) => ({
  /** Of the rentals that are in charge of a machine which is not destroyed; whose token is another's is not found. */
  listByTokens: async (hashes: readonly Buffer[]): Promise<MachineOfToken[]> => {
    const { rows } = await sql<MachineOfToken>`
      select r.agent_token_sha256 as "tokenSha256", m.id as "machineId", r.id as "rentalId", m.epoch, m.state,
        m.idle_policy as "policy", m.keep_until as "keepUntil", m.idle_since as "idleSince",
        m.last_beat_at as "lastBeatAt", coalesce((r.offer ->> 'gpuCount')::int, 0) as "rentedGpus",
        o.kind as "operation",
        exists (select from machine_holds h where h.machine_id = m.id and h.released_at is null) as "isHeld"
      from rentals r
      join machines m on m.id = r.machine_id and m.rental_id = r.id
      left join machine_operations o on o.machine_id = m.id and o.finished_at is null
      where r.agent_token_sha256 = any(${[...hashes]}::bytea[]) and m.state <> 'destroyed'
      order by r.id`.execute(db);
    return rows;
  },
  /**
   * In one statement for all. A beat of a rental that is no longer in charge by now leaves nothing. May be repeated.
   */
  save: async (beats: readonly Beat[]): Promise<void> => {
    const latest = new Map<string, Beat>();
    for (const beat of beats) latest.set(beat.machineId, beat);
    const machines = [...latest.values()];
    await sql`
      with last as (
        select * from unnest(${machines.map((beat) => beat.machineId)}::uuid[],
          ${machines.map((beat) => beat.rentalId)}::uuid[], ${machines.map((beat) => beat.sample.at)}::timestamptz[],
          ${machines.map((beat) => beat.idleSince)}::timestamptz[],
          ${machines.map((beat) => beat.sleepsAt)}::timestamptz[])
          as last (id, rental_id, at, idle_since, sleeps_at)
      ), in_charge as (
        update machines m set
          last_beat_at = greatest(m.last_beat_at, last.at),
          idle_since = case when m.last_beat_at >= last.at then m.idle_since else last.idle_since end,
          due_at = case when last.sleeps_at is not null and m.idle_since is distinct from last.idle_since
            then least(m.due_at, last.sleeps_at) else m.due_at end
        from last
        where m.id = last.id and m.rental_id = last.rental_id and m.state <> 'destroyed'
        returning m.id, m.rental_id
      )
      insert into machine_samples (machine_id, at, epoch, gpu_percent, gpu_memory_used_mb, gpu_memory_total_mb,
        gpu_temperature, cpu_percent, memory_used_mb, memory_total_mb, disk_used_gb, disk_total_gb, disk_mbps,
        network_mbps, input_seconds_ago, sessions)
      select machine_id, at, epoch, gpu_percent, gpu_memory_used_mb, gpu_memory_total_mb, gpu_temperature,
        cpu_percent, memory_used_mb, memory_total_mb, disk_used_gb, disk_total_gb, disk_mbps, network_mbps,
        input_seconds_ago, sessions
      from json_to_recordset(${JSON.stringify(
        beats.map(({ machineId, rentalId, epoch, sample }) => ({
          machine_id: machineId,
          rental_id: rentalId,
          epoch,
          ...sample,
        })),
      )}::json) as beat (machine_id uuid, rental_id uuid, at timestamptz, epoch integer, gpu_percent real[],
        gpu_memory_used_mb real[], gpu_memory_total_mb real[], gpu_temperature real[], cpu_percent real,
        memory_used_mb real, memory_total_mb real, disk_used_gb real, disk_total_gb real, disk_mbps real,
        network_mbps real, input_seconds_ago real, sessions integer)
      join in_charge on in_charge.id = beat.machine_id and in_charge.rental_id = beat.rental_id
      on conflict do nothing`.execute(db);
  },
});
export type BeatStore = ReturnType<typeof createBeatStore>;
