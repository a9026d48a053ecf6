import type { Permission } from '@dumont/contracts/access';
import {
  BookKey,
  Cloud,
  FolderOpen,
  FolderKanban,
  HeartPulse,
  KeyRound,
  LayoutList,
  ScrollText,
  Server,
  ShieldCheck,
  SquareTerminal,
  UserRound,
  Users,
  type LucideIcon,
} from 'lucide-react';
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import type { settings } from '../../i18n/en/settings.ts';

export type SectionName = keyof typeof settings.section;

export interface SettingsSection {
  readonly name: SectionName;
  readonly group: keyof typeof settings.group;
  readonly icon: LucideIcon;
  /** Undefined: everyone, about themselves. */
  readonly needs?: Permission;
  readonly component: LazyExoticComponent<ComponentType>;
}

export const settingsSections: readonly SettingsSection[] = [
  {
    name: 'profile',
    group: 'you',
    icon: UserRound,
    component: lazy(() => import('./profile/profile-section.tsx')),
  },
  {
    name: 'tokens',
    group: 'you',
    icon: KeyRound,
    component: lazy(() => import('./tokens/tokens-section.tsx')),
  },
  {
    name: 'ssh-keys',
    group: 'you',
    icon: SquareTerminal,
    component: lazy(() => import('./ssh-keys/ssh-keys-section.tsx')),
  },
  {
    name: 'machines',
    group: 'you',
    icon: Server,
    component: lazy(() => import('./machines/machines-section.tsx')),
  },
  {
    name: 'credentials',
    group: 'project',
    icon: BookKey,
    needs: 'credentials:read',
    component: lazy(() => import('./credentials/credentials-section.tsx')),
  },
  {
    name: 'providers',
    group: 'project',
    icon: Cloud,
    needs: 'providers:read',
    component: lazy(() => import('./providers/providers-section.tsx')),
  },
  {
    name: 'paths',
    group: 'project',
    icon: FolderOpen,
    needs: 'pipelines:read',
    component: lazy(() => import('./paths/paths-section.tsx')),
  },
  {
    name: 'funds',
    group: 'project',
    icon: LayoutList,
    needs: 'pipelines:read',
    component: lazy(() => import('./funds/funds-section.tsx')),
  },
  {
    name: 'projects',
    group: 'project',
    icon: FolderKanban,
    needs: 'members:read',
    component: lazy(() => import('./projects/projects-section.tsx')),
  },
  {
    name: 'users',
    group: 'installation',
    icon: Users,
    needs: 'users:read',
    component: lazy(() => import('./users/users-section.tsx')),
  },
  {
    name: 'roles',
    group: 'installation',
    icon: ShieldCheck,
    needs: 'roles:read',
    component: lazy(() => import('./roles/roles-section.tsx')),
  },
  {
    name: 'audit',
    group: 'installation',
    icon: ScrollText,
    needs: 'audit:read',
    component: lazy(() => import('./audit/audit-section.tsx')),
  },
  {
    name: 'installation',
    group: 'installation',
    icon: HeartPulse,
    needs: 'settings:read',
    component: lazy(() => import('./installation/installation-section.tsx')),
  },
];
