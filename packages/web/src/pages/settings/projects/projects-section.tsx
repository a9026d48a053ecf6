import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Project } from '@dumont/contracts/identity/projects';
import { FolderKanban, PencilLine, Plus, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../../lib/api.ts';
import { projectQueries } from '../../../queries/projects.ts';
import { useMay } from '../../../queries/session.ts';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { EmptyState, QueryView } from '../../../ui/states.tsx';
import { toast } from '../../../ui/toast.tsx';
import { SectionList } from '../section-list.tsx';
import { useSettingsSearch } from '../use-settings-search.ts';
import { Members } from './members.tsx';

const ProjectDialog = lazy(() => import('./project-dialog.tsx'));

type Open = { readonly kind: 'edit' | 'delete'; readonly project: Project } | { readonly kind: 'new' };

const ProjectsSection = () => {
  const { t } = useTranslation(['settings', 'common']);
  const queryClient = useQueryClient();
  const mayWrite = useMay('projects:write');
  const [search, show] = useSettingsSearch();
  const projects = useQuery(projectQueries.list());
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const shown =
    projects.data?.items.find(({ id }) => id === search.project) ??
    (projects.data?.items.length === 1 ? projects.data.items[0] : undefined);
  const remove = async (project: Project) => {
    await api.deleteProject({ params: { id: project.id } });
    await queryClient.invalidateQueries({ queryKey: projectQueries.list().queryKey });
    toast.ok(t('projects.deleted', { name: project.name }));
  };
  return (
    <>
      <SectionList
        text={t('projects.text')}
        actions={
          mayWrite && (
            <Button variant="primary" onClick={() => setOpen({ kind: 'new' })}>
              <Plus aria-hidden />
              {t('projects.new')}
            </Button>
          )
        }
      >
        <QueryView
          query={projects}
          isEmpty={({ items }) => items.length === 0}
          empty={<EmptyState icon={FolderKanban} title={t('projects.none')} text={t('projects.text')} />}
        >
          {({ items }) => (
            <ul aria-label={t('section.projects')} className="divide-y divide-line">
              {items.map((project) => (
                <li key={project.id} className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-4 py-2.5">
                  <div className="min-w-0 flex-1 basis-40">
                    <p className="font-medium">{project.name}</p>
                    <p className="text-xs break-words text-ink-muted">
                      {t('projects.membersCount', { count: project.members })}
                      {project.description !== '' && ` · ${project.description}`}
                    </p>
                  </div>
                  <Button
                    size="sm"
                    aria-pressed={shown?.id === project.id}
                    aria-label={t('projects.membersOf', { name: project.name })}
                    className="aria-pressed:bg-selected aria-pressed:text-accent-ink"
                    onClick={() => show({ project: project.id })}
                  >
                    {t('projects.members')}
                  </Button>
                  {mayWrite && (
                    <span className="flex">
                      <IconButton
                        size="sm"
                        label={`${t('edit')}: ${project.name}`}
                        onClick={() => setOpen({ kind: 'edit', project })}
                      >
                        <PencilLine aria-hidden />
                      </IconButton>
                      <IconButton
                        size="sm"
                        label={`${t('common:delete')}: ${project.name}`}
                        onClick={() => setOpen({ kind: 'delete', project })}
                      >
                        <Trash2 aria-hidden />
                      </IconButton>
                    </span>
                  )}
                </li>
              ))}
            </ul>
          )}
        </QueryView>
      </SectionList>
      {shown !== undefined && <Members key={shown.id} project={shown} />}
      {open !== null && open.kind !== 'delete' && (
        <Suspense fallback={null}>
          <ProjectDialog project={open.kind === 'edit' ? open.project : undefined} onClose={close} />
        </Suspense>
      )}
      {open?.kind === 'delete' && (
        <ConfirmDialog
          open
          onOpenChange={close}
          title={t('projects.deleteTitle', { name: open.project.name })}
          consequence={t('projects.deleteText')}
          action={t('common:delete')}
          onConfirm={() => remove(open.project)}
        />
      )}
    </>
  );
};

export default ProjectsSection;
