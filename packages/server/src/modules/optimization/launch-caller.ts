import type { Caller } from '../../kernel/access/caller.ts';

/** One launch of one execution, with what its program reads and writes. */
export interface Launch {
  readonly executionId: string;
  readonly number: number;
  readonly instanceId: string;
  readonly caseId: string | null;
}

/** A program that answers for the launch it was started for: it reaches the objects of that, and no others. */
export interface LaunchCaller extends Caller {
  readonly launch: Launch;
}

export const launchOf = (caller: Caller): Launch | undefined =>
  'launch' in caller ? (caller as LaunchCaller).launch : undefined;

/** False for a program of a launch that this execution, instance or case is no part of. */
export const isOfLaunch = (caller: Caller, id: string): boolean => {
  const launch = launchOf(caller);
  return launch === undefined || [launch.executionId, launch.instanceId, launch.caseId].includes(id);
};
