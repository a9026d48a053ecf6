import { Link } from '@tanstack/react-router';
import type { Snapshot } from '@dumont/contracts/snapshots/snapshots';
import { useTranslation } from 'react-i18next';
import { MachineName } from '../../features/snapshots/machine-name.tsx';
import { useFormat } from '../../lib/format/use-format.ts';
import { Badge } from '../../ui/badge.tsx';
import { ShortId } from '../../ui/copy.tsx';
import { RelativeTime } from '../../ui/figures.tsx';
import { Descriptions, Section, Stat, StatRow } from '../../ui/page.tsx';

/** Of what, how large, how it was made, and what proves it. */
export const SnapshotDetails = ({ snapshot }: { readonly snapshot: Snapshot }) => {
  const { t } = useTranslation('snapshots');
  const format = useFormat();
  const bytes = (value: number | null) => (value === null ? '–' : format.bytes(value));
  const count = (value: number | null) => (value === null ? '–' : format.number(value));
  const seconds = (value: number | null) => (value === null ? '–' : format.duration(value));
  const rate =
    snapshot.total_bytes_processed === null || !snapshot.duration_seconds
      ? undefined
      : t('rate', { size: format.bytes(snapshot.total_bytes_processed / snapshot.duration_seconds) });
  return (
    <>
      <StatRow>
        <Stat
          label={t('column.size')}
          value={bytes(snapshot.total_bytes_processed)}
          detail={t('filesOf', { formatted: count(snapshot.total_files_processed) })}
        />
        <Stat label={t('column.added')} value={bytes(snapshot.data_added)} detail={t('addedText')} />
        <Stat label={t('column.took')} value={seconds(snapshot.duration_seconds)} detail={rate} />
        <Stat
          label={t('verifyTook')}
          value={seconds(snapshot.verify_seconds)}
          detail={snapshot.manifest_sha256 === null ? undefined : t('verifyText')}
        />
      </StatRow>
      <div className="grid grid-cols-1 items-start gap-5 xl:grid-cols-2">
        <Section title={t('overview')}>
          <Descriptions
            items={[
              {
                label: t('column.machine'),
                value: (
                  <span className="inline-flex flex-wrap items-center gap-x-3">
                    <MachineName id={snapshot.instance_id} />
                    <Link
                      to="/snapshots"
                      search={{ machine: snapshot.instance_id }}
                      className="text-accent-ink underline-offset-4 hover:underline"
                    >
                      {t('othersOf')}
                    </Link>
                  </span>
                ),
              },
              { label: t('column.time'), value: <RelativeTime at={snapshot.time} /> },
              { label: t('column.kind'), value: t(`kind.${snapshot.kind}`) },
              { label: t('paths'), value: <Codes values={snapshot.paths} /> },
              snapshot.excludes.length > 0 && {
                label: t('excludes'),
                value: <Codes values={snapshot.excludes} />,
              },
              snapshot.tags.length > 0 && {
                label: t('tags'),
                value: (
                  <span className="flex flex-wrap gap-1">
                    {snapshot.tags.map((tag) => (
                      <Badge key={tag} tone="outline">
                        {tag}
                      </Badge>
                    ))}
                  </span>
                ),
              },
              { label: t('epoch'), value: format.number(snapshot.epoch) },
              { label: 'ID', value: <ShortId id={snapshot.id} /> },
            ]}
          />
        </Section>
        <Section title={t('content')}>
          <Descriptions
            items={[
              { label: t('filesNew'), value: count(snapshot.files_new) },
              { label: t('filesChanged'), value: count(snapshot.files_changed) },
              { label: t('filesSame'), value: count(snapshot.files_unmodified) },
              (snapshot.files_changed_meanwhile ?? 0) > 0 && {
                label: t('filesMoving'),
                value: t('filesMovingText', { formatted: count(snapshot.files_changed_meanwhile) }),
              },
              snapshot.restic_id !== null && {
                label: 'restic',
                value: <code className="font-mono text-xs break-all">{snapshot.restic_id}</code>,
              },
              snapshot.manifest_sha256 !== null && {
                label: t('manifest'),
                value: <code className="font-mono text-xs break-all">{snapshot.manifest_sha256}</code>,
              },
            ]}
          />
        </Section>
      </div>
    </>
  );
};

const Codes = ({ values }: { readonly values: readonly string[] }) => (
  <span className="flex flex-col">
    {values.map((value) => (
      <code key={value} className="font-mono text-xs break-all">
        {value}
      </code>
    ))}
  </span>
);
