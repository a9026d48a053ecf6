import { Needs } from '@dumont/contracts/machines/instances';
import type { Caller } from '../../../../kernel/access/caller.ts';
import type { Clock } from '../../../../kernel/clock.ts';
import { AppError } from '../../../../kernel/errors.ts';
import type { HeldMachine, MachineHolds, MachineWish } from '../../../machines/index.ts';
import { LaunchRefused, PlaceUnavailable, type Launch, type Waiting, type Wants } from '../executor.ts';

export interface AcquireDeps {
  readonly machines: MachineHolds;
  readonly clock: Clock;
  /** Somebody with the rights that they have now; undefined for who is gone or may not come in. */
  readonly callerOf: (userId: string) => Promise<Caller | undefined>;
}

/** Machines come in a minute or two, and another run's machine becomes free when it does. */
const lookMs = 1000;
const busyMs = 3000;

const wishOf = (wants: Wants): MachineWish => {
  const { requirements } = wants;
  return {
    projectId: wants.projectId,
    machine: requirements.machine,
    image: requirements.image,
    needs: {
      ...(requirements.gpuName === undefined ? {} : { gpu_name: requirements.gpuName }),
      ...(requirements.gpu === undefined || requirements.gpu === 0 ? {} : { num_gpus: requirements.gpu }),
      ...(requirements.cpu === undefined ? {} : { min_cpu_cores: requirements.cpu }),
      ...(requirements.memoryBytes === undefined ? {} : { min_cpu_ram: requirements.memoryBytes / 1e9 }),
      ...(requirements.maxPricePerHourUsd === undefined
        ? {}
        : { max_price: requirements.maxPricePerHourUsd }),
    },
  };
};

/** By the rights of who made the run, as they are now. */
const take = async ({ machines, callerOf }: AcquireDeps, launch: Launch): Promise<string | undefined> => {
  const { wants } = launch;
  if (wants === undefined) throw new LaunchRefused('Nothing is said of the machine that it needs');
  const caller = wants.createdBy === null ? undefined : await callerOf(wants.createdBy);
  if (caller === undefined)
    throw new PlaceUnavailable('Whoever made this run may not use machines any more.');
  const wish = wishOf(wants);
  if (!Needs.safeParse(wish.needs).success)
    throw new PlaceUnavailable('No machine that can be rented has all that it needs.');
  try {
    const taken = await machines.take(caller, launch, wish);
    return taken.kind === 'busy' ? taken.message : undefined;
  } catch (error) {
    if (error instanceof AppError) throw new PlaceUnavailable(error.message, { cause: error });
    throw error;
  }
};

/**
 * Waits until the attempt has a machine that answers. Whatever it takes is written down before it is done, by the name
 * of the attempt: asked again, it goes on. Rejects with `PlaceUnavailable`, or with the signal's reason.
 */
export const acquire = async (
  deps: AcquireDeps,
  launch: Launch,
  { signal, say }: Waiting,
): Promise<HeldMachine & { kind: 'ready' }> => {
  for (;;) {
    signal.throwIfAborted();
    const held = await deps.machines.find(launch);
    if (held === undefined) {
      const busy = await take(deps, launch);
      if (busy === undefined) continue;
      say(busy);
      await deps.clock.sleep(busyMs, signal);
    } else if (held.kind === 'coming') {
      say(held.message);
      await deps.clock.sleep(lookMs, signal);
    } else if (held.kind === 'failed') throw new PlaceUnavailable(held.message);
    else return held;
  }
};
