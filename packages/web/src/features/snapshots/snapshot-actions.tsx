import { Link, useNavigate } from '@tanstack/react-router';
import type { Snapshot } from '@dumont/contracts/snapshots/snapshots';
import { Ellipsis, History, Pin, PinOff, Server, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isBeingMade } from '../../queries/snapshots.ts';
import { useMay } from '../../queries/session.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { DeleteSnapshot } from './delete-snapshot.tsx';
import { useKeepForever } from './use-keep-forever.ts';

const RestoreDialog = lazy(() => import('./restore-dialog.tsx'));

interface SnapshotActionsProps {
  readonly snapshot: Snapshot;
  /** Buttons rather than a menu: on the snapshot's own page. */
  readonly wide?: boolean;
}

/** What may be done with a snapshot. */
export const SnapshotActions = ({ snapshot, wide = false }: SnapshotActionsProps) => {
  const { t } = useTranslation('snapshots');
  const format = useFormat();
  const navigate = useNavigate();
  const mayWrite = useMay('snapshots:write');
  const mayDeploy = useMay('machines:write');
  const keep = useKeepForever();
  const [open, setOpen] = useState<'restore' | 'delete'>();
  if (!mayWrite) return null;
  const hasData = snapshot.state === 'verified' || snapshot.state === 'partial';
  const unfinished = isBeingMade(snapshot);
  const KeepIcon = snapshot.keep_forever ? PinOff : Pin;
  const keepLabel = t(snapshot.keep_forever ? 'unkeep' : 'keep');
  return (
    <>
      {wide ? (
        <>
          <Button disabled={unfinished} onClick={() => setOpen('delete')}>
            <Trash2 aria-hidden />
            {t('delete')}
          </Button>
          <Button busy={keep.isPending} onClick={() => keep.mutate(snapshot)}>
            <KeepIcon aria-hidden />
            {keepLabel}
          </Button>
          {mayDeploy && hasData && (
            <Button asChild>
              <Link to="/machines/new" search={{ snapshot: snapshot.id }}>
                <Server aria-hidden />
                {t('newMachine')}
              </Link>
            </Button>
          )}
          <Button variant="primary" disabled={!hasData} onClick={() => setOpen('restore')}>
            <History aria-hidden />
            {t('restore.action')}
          </Button>
        </>
      ) : (
        <Menu
          trigger={
            <IconButton label={t('actionsOf', { when: format.exact(snapshot.time) })} size="sm">
              <Ellipsis aria-hidden />
            </IconButton>
          }
        >
          <MenuItem icon={<History aria-hidden />} disabled={!hasData} onSelect={() => setOpen('restore')}>
            {t('restore.action')}
          </MenuItem>
          {mayDeploy && hasData && (
            <MenuItem asChild>
              <Link to="/machines/new" search={{ snapshot: snapshot.id }}>
                <Server aria-hidden />
                {t('newMachine')}
              </Link>
            </MenuItem>
          )}
          <MenuItem icon={<KeepIcon aria-hidden />} onSelect={() => keep.mutate(snapshot)}>
            {keepLabel}
          </MenuItem>
          <MenuItem
            icon={<Trash2 aria-hidden />}
            danger
            disabled={unfinished}
            onSelect={() => setOpen('delete')}
          >
            {t('delete')}
          </MenuItem>
        </Menu>
      )}
      {open === 'restore' && (
        <Suspense fallback={null}>
          <RestoreDialog snapshot={snapshot} onClose={() => setOpen(undefined)} />
        </Suspense>
      )}
      {open === 'delete' && (
        <DeleteSnapshot
          snapshot={snapshot}
          onClose={() => setOpen(undefined)}
          onDeleted={() => {
            if (wide) void navigate({ to: '/snapshots', search: {} });
          }}
        />
      )}
    </>
  );
};
