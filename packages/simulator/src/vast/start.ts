import type { Clock } from '../clock.ts';
import {
  createCloud,
  type Cloud,
  type CloudEvent,
  type CloudOptions,
  type MarketOptions,
} from '../cloud/index.ts';
import { createFaults, faultProfiles, type Faults } from '../faults/index.ts';
import { lockFolder } from '../folder-lock.ts';
import type { Bodies } from '../machines/bodies.ts';
import { serve } from '../serve.ts';
import { handleControl, isControl } from './control.ts';
import { createVast, type Vast } from './handler.ts';
import { openJournal, type Journal } from './journal.ts';
import type { VastAnswer } from './reply.ts';
import type { VastRequest } from './request.ts';

export interface StartOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** 127.0.0.1 unless given. */
  readonly host?: string;
  /** Where the cloud outlives the process. One process at a time. */
  readonly dataFolder: string;
  /** Of a new folder; an old one keeps its own. */
  readonly seed: number;
  readonly market?: Partial<MarketOptions>;
  readonly accounts: CloudOptions['accounts'];
  readonly clock: Clock;
  /** How many seconds of the cloud pass in one of the clock; 1 unless given. */
  readonly speed?: number;
  readonly hasLimits?: boolean;
  /** One of `faultProfiles`; none unless given. */
  readonly faultProfile?: string;
  /** Opens `/_simulator/` to its bearer. */
  readonly controlToken?: string;
  /** Gives machines their bodies; without it they are virtual. */
  readonly openBodies?: (cloud: Cloud) => Promise<Bodies>;
}

export interface RunningVast extends AsyncDisposable {
  /** `http://127.0.0.1:8770`: what VAST_URL is set to. */
  readonly url: string;
  readonly cloud: Cloud;
  readonly faults: Faults;
  readonly handle: Vast['handle'];
}

const commandsBetweenSnapshots = 2000;
/** Time passes by itself at least this often, so that a clock that was set is followed. */
const maxSleepMs = 10_000;

const openCloud = (
  options: StartOptions,
  journal: Journal,
  startMs: number,
  onEvent: (event: CloudEvent) => void,
) => {
  const { seed, accounts, market } = options;
  const cloud = createCloud(
    journal.state === undefined
      ? { seed, startMs, accounts, ...(market === undefined ? {} : { market }) }
      : { snapshot: journal.state },
    onEvent,
  );
  for (const { atMs, command } of journal.entries) {
    cloud.advanceTo(atMs);
    cloud.apply(command as Parameters<Cloud['apply']>[0]);
  }
  return cloud;
};

/** Serves the provider's API on this host. What it keeps in its folder goes on where it was, bill and boots included. */
export const startVast = async (options: StartOptions): Promise<RunningVast> => {
  const { clock, speed = 1, controlToken, faultProfile = 'none' } = options;
  const plan = faultProfiles[faultProfile];
  if (plan === undefined)
    throw new Error(`${faultProfile} is no fault profile: ${Object.keys(faultProfiles).join(', ')}`);
  await using stack = new AsyncDisposableStack();
  stack.use(await lockFolder(options.dataFolder));
  const journal = stack.use(openJournal(options.dataFolder));

  let bodies: Bodies | undefined;
  const openedMs = clock.now().getTime();
  const opened = openCloud(options, journal, openedMs, (event) => bodies?.onEvent(event));
  // Faster time cannot fall behind the clock's, and never goes back.
  const baseMs = Math.max(opened.nowMs, openedMs);
  const now = (): number => Math.floor(baseMs + (clock.now().getTime() - openedMs) * speed);
  opened.advanceTo(now());
  journal.compact(opened);

  let commands = 0;
  const kept = journal.keep(opened);
  const wake = { controller: new AbortController() };
  const cloud = Object.create(kept, {
    apply: {
      value: (command: Parameters<Cloud['apply']>[0]) => {
        commands++;
        const result = kept.apply(command);
        if (command.kind === 'load') bodies?.onLoad(command.contractId);
        wake.controller.abort();
        return result;
      },
    },
  }) as Cloud;
  const faults = createFaults({ seed: opened.world.state.seed, cloud, plan });
  if (options.openBodies !== undefined) bodies = stack.use(await options.openBodies(cloud));
  const vast = createVast({
    ...(bodies === undefined ? {} : { inside: bodies }),
    cloud,
    now,
    faults,
    ...(options.hasLimits === false ? { hasLimits: false } : {}),
  });

  const handle = (request: VastRequest): VastAnswer => {
    if (controlToken === undefined || !isControl(request)) return vast.handle(request);
    cloud.advanceTo(now());
    return handleControl({ cloud, faults, token: controlToken }, request);
  };

  const served = await serve({
    port: options.port,
    host: options.host,
    handle: (request) => {
      const answer = handle(request);
      if (commands >= commandsBetweenSnapshots) {
        commands = 0;
        journal.compact(opened);
      }
      return answer;
    },
  });
  const closing = new AbortController();

  /** Lets happen what happens by itself, when it is due. */
  const keepTime = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      wake.controller = new AbortController();
      const inMs = ((opened.nextAtMs() ?? Infinity) - now()) / speed;
      const signal = AbortSignal.any([closing.signal, wake.controller.signal]);
      await clock.sleep(Math.min(maxSleepMs, Math.max(1, Math.ceil(inMs))), signal);
      opened.advanceTo(now());
    }
  };
  const keeping = keepTime();
  const resources = stack.move();
  return {
    url: served.url,
    cloud,
    faults,
    handle,
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await served[Symbol.asyncDispose]();
      await keeping;
      opened.advanceTo(now());
      journal.compact(opened);
      await resources.disposeAsync();
    },
  };
};
