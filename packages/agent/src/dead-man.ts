import type { AgentFigures } from '@dumont/contracts/machines/agent';
import type { Ended } from './command.ts';
import type { DeadManConfig } from './config.ts';
import type { GpuMetrics } from './gpus.ts';

/** As the server judges unless told otherwise. */
const limits = { gpuPercent: 5, cpuPercent: 20, diskMbps: 2, networkMbps: 0.5 };
const hourMs = 3_600_000;
const saveTimeoutMs = 6 * hourMs;

const isBelow = (value: number | null | undefined, limit: number): boolean =>
  value !== null && value !== undefined && value < limit;

/** Whether a beat's figures show a machine at rest. What is unknown does not. */
export const isQuiet = (figures: AgentFigures, gpus: GpuMetrics | null, beatMs: number): boolean =>
  gpus !== null &&
  gpus.gpu_utilizations.length > 0 &&
  gpus.gpu_utilizations.every((use) => isBelow(use, limits.gpuPercent)) &&
  isBelow(figures.cpu_percent, limits.cpuPercent) &&
  isBelow(figures.disk_mbps, limits.diskMbps) &&
  isBelow(figures.network_mbps, limits.networkMbps) &&
  figures.sessions !== null &&
  (figures.sessions === 0 ||
    (figures.input_seconds_ago !== null && figures.input_seconds_ago * 1000 > beatMs));

export interface DeadMan {
  /** The server answered, whatever it said. */
  heard(): void;
  /** After each look at the machine. Acts when it is time to. */
  look(figures: AgentFigures, gpus: GpuMetrics | null): Promise<void>;
}

/**
 * Stops a machine that nobody looks after any more: off unless configured, after hours without a word of the server,
 * if it was quiet all that time and no run is on it. Its files are saved and verified first, and what fails there
 * keeps it running. Stopped, not destroyed: its disk stays.
 */
export const createDeadMan = (deps: {
  config: DeadManConfig | null;
  elapsedMs: () => number;
  /** Whether a run is on the machine; unknown counts as yes. */
  hasRun: () => Promise<boolean>;
  run: (
    command: readonly string[],
    options: { timeoutMs: number; environment: Readonly<Record<string, string>> },
  ) => Promise<Ended>;
  stop: (call: DeadManConfig['stop']) => Promise<boolean>;
  log: (message: string) => void;
}): DeadMan => {
  const { config, elapsedMs, log } = deps;
  let heardMs = elapsedMs();
  let quietMs: number | undefined;
  let lookedMs = elapsedMs();
  let triedMs = -Infinity;

  const isDue = (nowMs: number, waitMs: number): boolean =>
    nowMs - heardMs >= waitMs &&
    quietMs !== undefined &&
    nowMs - quietMs >= waitMs &&
    nowMs - triedMs >= hourMs;

  const act = async ({ save, environment, stop }: DeadManConfig): Promise<void> => {
    for (const command of save) {
      const { isOk } = await deps.run(command, { timeoutMs: saveTimeoutMs, environment });
      if (isOk) continue;
      log('the files could not be saved: the machine goes on');
      return;
    }
    const isStopped = await deps.stop(stop);
    log(isStopped ? 'the machine is asked to stop' : 'the provider did not take the stop');
  };

  return {
    heard: () => {
      heardMs = elapsedMs();
    },
    look: async (figures, gpus) => {
      if (config === null) return;
      const nowMs = elapsedMs();
      if (!isQuiet(figures, gpus, nowMs - lookedMs)) quietMs = undefined;
      else quietMs ??= nowMs;
      lookedMs = nowMs;
      if (!isDue(nowMs, config.after_hours * hourMs)) return;
      if (await deps.hasRun()) return;
      triedMs = nowMs;
      log(`no word of the server for ${config.after_hours} hours, and nothing to do: the machine is stopped`);
      await act(config);
    },
  };
};
