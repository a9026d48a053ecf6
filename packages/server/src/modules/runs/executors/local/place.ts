import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, realpathSync } from 'node:fs';
import type { Logger } from '../../../../kernel/log.ts';
import { LaunchRefused, type Launch } from '../executor.ts';
import type { AttemptFolder } from './attempt-folder.ts';
import { createEtcFolder } from './etc-folder.ts';
import { isolationTraits, type Isolation, type IsolationTraits } from './isolation.ts';
import { findClosedFolder, groupsForMounts, sharedGroupFor } from './mount-access.ts';
import { createUidPool, runUids, type UidPool } from './uid-pool.ts';
import { findTool } from './tools.ts';
import { createView, type ViewStep } from './view.ts';

/** What all runs of this executor share: where they are kept, what they see, who they are. */
export interface Place {
  readonly runsDir: string;
  /** The one asked for, or none where the folders' modes do not let it work. */
  readonly isolation: Isolation;
  readonly traits: IsolationTraits;
  readonly users: UidPool;
  /** Throws `LaunchRefused` for a folder that cannot be shown to a run. */
  viewFor(folder: AttemptFolder, launch: Launch): readonly ViewStep[];
  /** Groups that the user of a run needs for its mounts. Throws `LaunchRefused` where none would do. */
  groupsFor(launch: Launch, uid: number | undefined): readonly number[];
}

export interface PlaceOptions {
  readonly runsDir: string;
  readonly runtimeFolders: readonly string[];
  readonly log: Logger;
}

export const createPlace = (options: PlaceOptions, asked: Isolation): Place => {
  mkdirSync(options.runsDir, { recursive: true, mode: 0o700 });
  const runsDir = realpathSync(options.runsDir);
  spreadFolders(runsDir);
  const isolation = reachable(runsDir, options.runtimeFolders, asked);
  const traits = isolationTraits[isolation.kind];
  const uids = traits.hasOwnUsers ? runUids(runsDir) : [];
  const show = traits.hasView ? createShow(runsDir, options.runtimeFolders, uids) : undefined;
  const tellShared = (path: string): void =>
    options.log.warn({ path }, 'the group of this folder was changed so that runs can write into it');
  return {
    runsDir,
    isolation,
    traits,
    users: createUidPool(uids),
    viewFor: (folder, launch) => show?.(folder, launch) ?? [],
    groupsFor: (launch, uid) => {
      if (uid === undefined) return [];
      for (const { path } of traits.hasView ? [] : launch.mounts) {
        const closed = findClosedFolder(path, 0o1);
        if (closed === undefined || closed === path) continue;
        throw new LaunchRefused(
          `The folder ${path} cannot be reached by runs: ${closed} is closed to others`,
        );
      }
      return groupsForMounts(launch.mounts, sharedGroupFor(uid), tellShared);
    },
  };
};

/**
 * ext4 makes a new folder where its parent is, and to do so looks at each inode there that was freed in the last
 * minute: after some thousand runs a start takes two milliseconds longer. Folders of one that is marked as the top of
 * a hierarchy are spread over the disk instead. Other file systems have no such mark, and no need of it.
 */
const spreadFolders = (runsDir: string): void => {
  const chattr = findTool('chattr');
  if (chattr !== undefined) spawnSync(chattr, ['+T', runsDir], { stdio: 'ignore', env: {} });
};

const createShow = (runsDir: string, runtimeFolders: readonly string[], uids: readonly number[]) => {
  const etc = createEtcFolder(runsDir, uids);
  const viewOf = createView({ runsDir, runtimeFolders, etc: etc.path });
  return (folder: AttemptFolder, launch: Launch): readonly ViewStep[] => {
    etc.refresh();
    return viewOf(folder, launch.mounts);
  };
};

/** Another user with our view must be able to pass the folders on the way to the programs and to its own. */
const reachable = (runsDir: string, runtimeFolders: readonly string[], asked: Isolation): Isolation => {
  if (asked.kind !== 'setpriv-root') return asked;
  chmodSync(runsDir, 0o711);
  const closed = [
    findClosedFolder(runsDir, 0o1),
    ...runtimeFolders.map((path) => findClosedFolder(path, 0o5)),
  ].find((path) => path !== undefined);
  if (closed === undefined) return asked;
  const reason = `nothing confines runs; ${closed} is closed to the users that runs could have; ${asked.reason}`;
  return { ...asked, kind: 'none', confined: false, reason };
};
