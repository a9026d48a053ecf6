export const serviceTabs = ['overview', 'test', 'settings'] as const;
export type ServiceTab = (typeof serviceTabs)[number];

export interface ServiceSearch {
  /** The overview where left out. */
  readonly tab?: ServiceTab | undefined;
}

export const validateServiceSearch = ({ tab }: Record<string, unknown>): ServiceSearch => ({
  tab: serviceTabs.find((name) => name === tab && name !== 'overview'),
});
