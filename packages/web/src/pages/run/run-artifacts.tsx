import { useQuery } from '@tanstack/react-query';
import type { Run } from '@dumont/contracts/runs/runs';
import { Download, FileText } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { downloadFile } from '../../lib/download.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { isActive } from '../../lib/run-states.ts';
import { runQueries } from '../../queries/runs.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Section } from '../../ui/page.tsx';
import { QueryView, TableSkeleton } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';

/** The files that the run left. */
export const RunArtifacts = ({ run }: { readonly run: Run }) => {
  const { t } = useTranslation('runs');
  const format = useFormat();
  const artifacts = useQuery(runQueries.artifacts(run.id));
  const count = artifacts.data?.items.length ?? 0;
  const total = artifacts.data?.items.reduce((sum, file) => sum + file.sizeBytes, 0) ?? 0;
  return (
    <Section
      title={count === 0 ? t('detail.artifacts') : t('detail.artifactsLabel', { count: count })}
      note={count > 0 && format.bytes(total)}
      flush
    >
      <QueryView
        query={artifacts}
        skeleton={<TableSkeleton rows={2} />}
        isEmpty={(data) => data.items.length === 0}
        empty={
          <p className="p-4 text-sm text-ink-muted">
            {t(isActive(run) ? 'detail.artifactsLater' : 'detail.artifactsNone')}
          </p>
        }
      >
        {({ items }) => (
          <ul className="max-h-80 divide-y divide-line overflow-y-auto">
            {items.map((file) => (
              <li key={file.name} className="flex items-center gap-2.5 py-1.5 pr-2 pl-4">
                <FileText aria-hidden className="size-4 shrink-0 text-ink-faint" />
                <span className="min-w-0 flex-1 truncate" title={`${file.name}\nSHA-256 ${file.sha256}`}>
                  {file.name}
                </span>
                <span className="shrink-0 text-xs text-ink-muted">{format.bytes(file.sizeBytes)}</span>
                <IconButton
                  size="sm"
                  label={t('detail.download', { name: file.name })}
                  onClick={() =>
                    void downloadFile(
                      `/api/v1/runs/${run.id}/artifacts/${encodeURIComponent(file.name)}`,
                    ).catch(toast.error)
                  }
                >
                  <Download aria-hidden />
                </IconButton>
              </li>
            ))}
          </ul>
        )}
      </QueryView>
    </Section>
  );
};
