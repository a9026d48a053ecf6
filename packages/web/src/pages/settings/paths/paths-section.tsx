import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { PathSetting } from '@dumont/contracts/pipelines/settings';
import { CircleCheck, CircleDashed, FolderOpen, TriangleAlert } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { saidText } from '../../../i18n/said-text.ts';
import { api } from '../../../lib/api.ts';
import { pathQueries } from '../../../queries/pipeline-settings.ts';
import { pipelineQueries } from '../../../queries/pipelines.ts';
import { useMay, useProjectId } from '../../../queries/session.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { EmptyState, QueryView } from '../../../ui/states.tsx';
import { toast } from '../../../ui/toast.tsx';
import { SectionList } from '../section-list.tsx';

const PathDialog = lazy(() => import('./path-dialog.tsx'));

const PathsSection = () => {
  const { t } = useTranslation('settings');
  const queryClient = useQueryClient();
  const projectId = useProjectId();
  const mayWrite = useMay('pipelines:write');
  const paths = useQuery(pathQueries.list(projectId));
  const [editing, setEditing] = useState<PathSetting | null>(null);
  const [clearing, setClearing] = useState<PathSetting | null>(null);
  const clear = async ({ name }: PathSetting) => {
    await api.putPath({
      params: { name },
      query: projectId === undefined ? {} : { projectId },
      body: { path: null },
    });
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: pathQueries.all }),
      queryClient.invalidateQueries({ queryKey: pipelineQueries.all }),
    ]);
    toast.ok(t('paths.cleared', { name }));
  };
  return (
    <>
      <SectionList text={t('paths.text')}>
        <QueryView
          query={paths}
          isEmpty={({ items }) => items.length === 0}
          empty={<EmptyState icon={FolderOpen} title={t('paths.none')} text={t('paths.text')} />}
        >
          {({ items, roots }) => (
            <>
              <p className="border-b border-line bg-canvas px-4 py-2 text-xs break-all text-ink-muted">
                {t('paths.roots')}: <code className="font-mono">{roots.join(', ')}</code>
              </p>
              <ul aria-label={t('section.paths')} className="divide-y divide-line">
                {items.map((setting) => (
                  <PathItem
                    key={setting.name}
                    setting={setting}
                    mayWrite={mayWrite}
                    onEdit={() => setEditing(setting)}
                    onClear={() => setClearing(setting)}
                  />
                ))}
              </ul>
            </>
          )}
        </QueryView>
      </SectionList>
      {editing !== null && (
        <Suspense fallback={null}>
          <PathDialog setting={editing} onClose={() => setEditing(null)} />
        </Suspense>
      )}
      {clearing !== null && (
        <ConfirmDialog
          open
          onOpenChange={() => setClearing(null)}
          title={t('paths.clearTitle', { name: clearing.name })}
          consequence={t('paths.clearText', { systems: clearing.systems.join(', ') || clearing.name })}
          action={t('paths.clear')}
          onConfirm={() => clear(clearing)}
        />
      )}
    </>
  );
};

interface PathItemProps {
  readonly setting: PathSetting;
  readonly mayWrite: boolean;
  readonly onEdit: () => void;
  readonly onClear: () => void;
}

const PathItem = ({ setting, mayWrite, onEdit, onClear }: PathItemProps) => {
  const { t } = useTranslation('settings');
  const { name, path, problem, problemFinding, systems } = setting;
  return (
    <li id={name} className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3 target:bg-selected">
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex flex-wrap items-center gap-2">
          <code className="font-mono text-sm font-medium text-ink">{name}</code>
          {path === null ? (
            <Badge>
              <CircleDashed aria-hidden />
              {t('paths.notSet')}
            </Badge>
          ) : (
            problem === null && (
              <Badge tone="ok">
                <CircleCheck aria-hidden />
                {t('paths.usable')}
              </Badge>
            )
          )}
        </p>
        {path !== null && <p className="mt-0.5 font-mono text-xs break-all text-ink-muted">{path}</p>}
        {problem !== null && (
          <p className="mt-0.5 flex items-start gap-1.5 text-xs text-danger">
            <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
            {saidText(problemFinding, problem)}
          </p>
        )}
        <p className="mt-0.5 text-xs text-ink-muted">
          {systems.length === 0 ? t('paths.noSystem') : t('paths.usedBy', { systems: systems.join(', ') })}
        </p>
      </div>
      {mayWrite && (
        <div className="flex gap-1.5">
          {path !== null && (
            <Button size="sm" variant="ghost" onClick={onClear}>
              {t('paths.clear')}
            </Button>
          )}
          <Button size="sm" aria-label={t('paths.editTitle', { name })} onClick={onEdit}>
            {t(path === null ? 'paths.set' : 'paths.change')}
          </Button>
        </div>
      )}
    </li>
  );
};

export default PathsSection;
