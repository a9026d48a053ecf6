import { ChevronsUpDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { usePreferences } from '../../lib/preferences.ts';
import { useProjectChoices } from '../../queries/projects.ts';
import { useProjectId } from '../../queries/session.ts';
import { Menu, MenuChoice } from '../../ui/menu.tsx';

const all = 'all';

/** Which project lists show; not there while there is only one. */
export const ProjectSwitcher = () => {
  const { t } = useTranslation('shell');
  const projects = useProjectChoices();
  const projectId = useProjectId();
  const setProject = usePreferences((state) => state.setProject);
  if (projects.length < 2) return null;
  const current = projects.find((project) => project.id === projectId)?.name ?? t('project.all');
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          aria-label={`${t('project.label')}: ${current}`}
          className="inline-flex h-8 max-w-36 sm:max-w-44 items-center gap-1.5 rounded-md px-2 text-sm font-medium text-ink hover:bg-hover data-[state=open]:bg-hover"
        >
          <span className="truncate">{current}</span>
          <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-ink-muted" />
        </button>
      }
    >
      <MenuChoice
        label={t('project.label')}
        value={projectId ?? all}
        onChange={(value) => setProject(value === all ? null : value)}
        options={[
          { value: all, label: t('project.all') },
          ...projects.map((project) => ({ value: project.id, label: project.name })),
        ]}
      />
    </Menu>
  );
};
