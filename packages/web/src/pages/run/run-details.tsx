import { Link } from '@tanstack/react-router';
import type { Run } from '@dumont/contracts/runs/runs';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { ShortId } from '../../ui/copy.tsx';
import { Duration, RelativeTime } from '../../ui/figures.tsx';
import { Descriptions, Section } from '../../ui/page.tsx';

/** When, by whom, where and within which limits a run runs. */
export const RunDetails = ({ run }: { readonly run: Run }) => {
  const { t } = useTranslation(['runs', 'common']);
  const format = useFormat();
  const { cpu, memoryBytes, gpu } = run.requirements;
  const needs = [
    cpu !== undefined && t('detail.cpu', { count: cpu }),
    memoryBytes !== undefined && format.bytes(memoryBytes),
    gpu !== undefined && gpu > 0 && t('detail.gpu', { count: gpu }),
  ].filter((need) => need !== false);
  return (
    <Section title={t('detail.overview')}>
      <Descriptions
        items={[
          { label: t('detail.queuedAt'), value: <RelativeTime at={run.queuedAt} /> },
          run.startedAt !== null && {
            label: t('detail.waited'),
            value: <Duration from={run.queuedAt} to={run.startedAt} />,
          },
          run.startedAt !== null && {
            label: t('detail.startedAt'),
            value: <RelativeTime at={run.startedAt} />,
          },
          run.startedAt !== null && {
            label: t('detail.duration'),
            value: <Duration from={run.startedAt} to={run.finishedAt} />,
          },
          run.finishedAt !== null && {
            label: t('detail.finishedAt'),
            value: <RelativeTime at={run.finishedAt} />,
          },
          {
            label: t('detail.by'),
            value: run.createdBy?.name ?? t(run.scheduleId === null ? 'by.nobody' : 'by.schedule'),
          },
          run.rerunOf !== null && {
            label: t('detail.rerunOf'),
            value: (
              <Link
                to="/runs/$runId"
                params={{ runId: run.rerunOf }}
                className="text-accent-ink underline-offset-4 hover:underline"
              >
                {t('detail.rerunOfLink')}
              </Link>
            ),
          },
          { label: t('detail.kind'), value: t(`common:kind.${run.kind}`) },
          { label: t('detail.executor'), value: run.executor },
          needs.length > 0 && { label: t('detail.requirements'), value: needs.join(', ') },
          run.maxAttempts > 1 && {
            label: t('detail.attempt'),
            value: t('detail.attemptOf', { attempt: run.attempt, max: run.maxAttempts }),
          },
          run.timeoutSeconds !== null && {
            label: t('detail.timeout'),
            value: format.duration(run.timeoutSeconds),
          },
          run.priority !== 0 && { label: t('detail.priority'), value: format.number(run.priority) },
          run.exitCode !== null && { label: t('detail.exitCode'), value: String(run.exitCode) },
          { label: t('detail.id'), value: <ShortId id={run.id} /> },
        ]}
      />
    </Section>
  );
};
