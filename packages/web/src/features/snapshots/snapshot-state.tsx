import type { Snapshot } from '@dumont/contracts/snapshots/snapshots';
import { BadgeCheck, CircleX, LoaderCircle, TriangleAlert, type LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Badge, type BadgeTone } from '../../ui/badge.tsx';

const looks: Record<Snapshot['state'], readonly [BadgeTone, LucideIcon]> = {
  creating: ['running', LoaderCircle],
  verifying: ['running', LoaderCircle],
  verified: ['ok', BadgeCheck],
  partial: ['warning', TriangleAlert],
  failed: ['danger', CircleX],
};

/** How far a snapshot is, or what it is worth. */
export const SnapshotState = ({ state }: { readonly state: Snapshot['state'] }) => {
  const { t } = useTranslation('snapshots');
  const [tone, Icon] = looks[state];
  return (
    <Badge tone={tone} className="h-5.5">
      <Icon aria-hidden className={Icon === LoaderCircle ? 'animate-spin [animation-duration:2s]' : ''} />
      {t(`state.${state}`)}
    </Badge>
  );
};
