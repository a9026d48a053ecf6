import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { CornerLeftUp, Folder, FolderLock } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pathQueries } from '../../../queries/pipeline-settings.ts';
import { QueryView } from '../../../ui/states.tsx';

interface FolderBrowserProps {
  readonly chosen: string;
  readonly onChoose: (path: string) => void;
}

const rowStyles =
  'flex w-full items-center gap-2 px-3 py-1.5 text-left text-sm transition-colors hover:bg-hover disabled:opacity-50 aria-current:bg-selected [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-muted';

/** The folders of the server inside its allowed roots: opening one also chooses it. */
export const FolderBrowser = ({ chosen, onChoose }: FolderBrowserProps) => {
  const { t } = useTranslation('settings');
  const [at, setAt] = useState<string | null>(null);
  const browse = useQuery({ ...pathQueries.browse(at), placeholderData: keepPreviousData });
  const open = (path: string | null) => {
    setAt(path);
    if (path !== null) onChoose(path);
  };
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 text-xs font-medium text-ink-muted">{t('paths.browse')}</legend>
      <div className="max-h-56 overflow-y-auto rounded-md border border-line">
        <QueryView query={browse}>
          {({ path, parent, folders }) => (
            <ul className="divide-y divide-line">
              {path !== null && (
                <li>
                  <button type="button" className={rowStyles} onClick={() => open(parent)}>
                    <CornerLeftUp aria-hidden />
                    <span className="min-w-0 truncate">
                      {parent === null ? t('paths.allRoots') : t('paths.up', { name: parent })}
                    </span>
                  </button>
                </li>
              )}
              {folders.map((folder) => (
                <li key={folder.path}>
                  <button
                    type="button"
                    className={rowStyles}
                    aria-current={folder.path === chosen || undefined}
                    onClick={() => open(folder.path)}
                  >
                    {folder.writable ? <Folder aria-hidden /> : <FolderLock aria-hidden />}
                    <span className="min-w-0 flex-1 truncate font-mono text-xs">{folder.name}</span>
                    {!folder.writable && (
                      <span className="text-xs text-ink-muted">{t('paths.readOnly')}</span>
                    )}
                  </button>
                </li>
              ))}
              {folders.length === 0 && (
                <li className="px-3 py-3 text-xs text-ink-muted">{t('paths.emptyFolder')}</li>
              )}
            </ul>
          )}
        </QueryView>
      </div>
    </fieldset>
  );
};
