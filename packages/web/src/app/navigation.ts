import type { Permission } from '@dumont/contracts/access';
import {
  Activity,
  BellRing,
  Camera,
  ChartPie,
  House,
  LineChart,
  Network,
  Server,
  Settings,
  Store,
  Waypoints,
  Workflow,
  type LucideIcon,
} from 'lucide-react';
import type { shell } from '../i18n/en/shell.ts';

export interface NavigationItem {
  readonly to: string;
  readonly text: Exclude<keyof typeof shell.nav, 'label' | 'open' | 'close'>;
  readonly icon: LucideIcon;
  /** Not shown to those who may not; of several, one is enough. */
  readonly permission?: Permission | readonly Permission[];
}

/** Addresses of pages that others link to. */
export const places: Readonly<Record<'pipelines' | 'alarms' | 'settings', string>> = {
  pipelines: '/pipelines',
  alarms: '/alarms',
  settings: '/settings',
};

/** Of those who work at the ordering service. */
const staffPermissions = ['service:kitchen', 'service:attendant', 'service:manager'] as const;

/** The places of the console, in the order of the sidebar; the command palette offers them too. */
export const navigation: readonly NavigationItem[] = [
  { to: '/', text: 'home', icon: House },
  { to: '/machines', text: 'machines', icon: Server },
  { to: '/market', text: 'market', icon: LineChart },
  { to: '/snapshots', text: 'snapshots', icon: Camera },
  { to: '/runs', text: 'runs', icon: Activity },
  { to: places.pipelines, text: 'pipelines', icon: Workflow },
  { to: '/optimization', text: 'optimization', icon: Waypoints, permission: 'optimization:read' },
  { to: '/portfolio', text: 'portfolio', icon: ChartPie },
  { to: '/services', text: 'services', icon: Network, permission: 'gateway:read' },
  { to: '/storefront', text: 'storefront', icon: Store, permission: staffPermissions },
  { to: places.alarms, text: 'alarms', icon: BellRing },
  { to: places.settings, text: 'settings', icon: Settings },
];
