export const machineTabs = ['overview', 'terminal', 'snapshots', 'story', 'cost', 'sleep'] as const;
export type MachineTab = (typeof machineTabs)[number];

export interface MachineSearch {
  /** The overview where left out. */
  readonly tab?: MachineTab | undefined;
}

export const validateMachineSearch = ({ tab }: Record<string, unknown>): MachineSearch => ({
  tab: machineTabs.find((name) => name === tab && name !== 'overview'),
});
