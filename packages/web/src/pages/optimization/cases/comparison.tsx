import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Case } from '@dumont/contracts/optimization/cases';
import { ArrowRight, CircleCheck, Minus, Pencil, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changesOf, type Change, type Operation } from '../../../features/optimization/changes.ts';
import { ComparedPicture } from '../../../features/optimization/compared-picture.tsx';
import { isObject } from '../../../features/optimization/document-tables.ts';
import { pictures } from '../../../features/optimization/solution-pictures/pictures.tsx';
import { useFormat } from '../../../lib/format/use-format.ts';
import { caseQueries } from '../../../queries/optimization.ts';
import { Button } from '../../../ui/button.tsx';
import { Section } from '../../../ui/page.tsx';
import { QueryView, Skeleton } from '../../../ui/states.tsx';

interface ComparisonProps {
  readonly item: Case;
  /** The id of the other case. */
  readonly other: string;
}

const waiting = <Skeleton className="h-32 w-full rounded-lg" />;
const kinds = ['data', 'solution'] as const;

const operationsIn = (differences: unknown, kind: (typeof kinds)[number]): readonly Operation[] => {
  const list = isObject(differences) ? differences[kind] : undefined;
  return Array.isArray(list) ? (list as readonly Operation[]) : [];
};

/** What another case has otherwise, in its data and in its solution. */
export const ComparisonSection = ({ item, other }: ComparisonProps) => {
  const { t } = useTranslation('cases');
  const another = useQuery(caseQueries.detail(other));
  const differences = useQuery(caseQueries.differences(item.id, other));
  return (
    <section aria-label={t('compare.title')} className="flex flex-col gap-3">
      <h2 className="flex flex-wrap items-center gap-2 font-semibold">
        {item.name}
        <ArrowRight role="img" aria-label={t('compare.becomes')} className="size-4 text-ink-muted" />
        <Link
          to="/optimization/cases/$caseId"
          params={{ caseId: other }}
          search={{}}
          className="text-accent-ink underline-offset-4 hover:underline"
        >
          {another.data?.name ?? '…'}
        </Link>
      </h2>
      {another.data !== undefined &&
        item.hasSolution &&
        another.data.hasSolution &&
        item.app === another.data.app &&
        pictures.has(item.app) && (
          <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
            <Side item={item} />
            <Side item={another.data} />
          </div>
        )}
      <QueryView query={differences} skeleton={waiting}>
        {(both) => (
          <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-2">
            {kinds.map((kind) => (
              <Changes key={kind} item={item} kind={kind} differences={both} />
            ))}
          </div>
        )}
      </QueryView>
    </section>
  );
};

const Side = ({ item }: { readonly item: Case }) => (
  <ComparedPicture
    app={item.app}
    title={item.name}
    instance={useQuery(caseQueries.part(item.id, 'data'))}
    solution={useQuery(caseQueries.part(item.id, 'solution'))}
  />
);

interface ChangesProps {
  readonly item: Case;
  readonly kind: (typeof kinds)[number];
  readonly differences: unknown;
}

const Changes = ({ item, kind, differences }: ChangesProps) => {
  const { t } = useTranslation('cases');
  const format = useFormat();
  const operations = useMemo(() => operationsIn(differences, kind), [differences, kind]);
  const document = useQuery({ ...caseQueries.part(item.id, kind), enabled: operations.length > 0 });
  const before = document.data;
  const changes = useMemo(
    () => (operations.length === 0 || before === undefined ? [] : changesOf(before, operations)),
    [before, operations],
  );
  const count = changes.length;
  return (
    <Section
      title={t(`part.${kind}`)}
      {...(count === 0 ? {} : { note: t('compare.count', { count, formatted: format.number(count) }) })}
      flush
    >
      {operations.length === 0 ? (
        <p className="flex items-center gap-2 p-4 text-sm text-ink-muted">
          <CircleCheck aria-hidden className="size-4 text-ok" />
          {t('compare.same')}
        </p>
      ) : (
        <QueryView query={document} skeleton={waiting}>
          {() => <ChangeList changes={changes} />}
        </QueryView>
      )}
    </Section>
  );
};

const pageItems = 100;

const ChangeList = ({ changes }: { readonly changes: readonly Change[] }) => {
  const { t } = useTranslation('cases');
  const [shown, setShown] = useState(pageItems);
  return (
    <>
      <ul className="max-h-[60vh] divide-y divide-line overflow-y-auto text-sm">
        {changes.slice(0, shown).map((change, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- changes are told apart by their order alone
          <ChangeItem key={index} change={change} />
        ))}
      </ul>
      {changes.length > shown && (
        <div className="border-t border-line px-4 py-2">
          <Button size="sm" variant="ghost" onClick={() => setShown(shown + 10 * pageItems)}>
            {t('compare.more', { count: changes.length - shown })}
          </Button>
        </div>
      )}
    </>
  );
};

const looks = {
  added: ['text-ok', Plus],
  removed: ['text-danger', Minus],
  changed: ['text-running', Pencil],
} as const;

const ChangeItem = ({ change }: { readonly change: Change }) => {
  const { t } = useTranslation('cases');
  const format = useFormat();
  const { kind, table, row, key, before, after } = change;
  const [ink, Icon] = looks[kind];
  return (
    <li className="flex items-start gap-2.5 px-4 py-2">
      <Icon aria-hidden className={`mt-1 size-3.5 shrink-0 ${ink}`} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap gap-x-1.5">
          <span className={`font-medium ${ink}`}>{t(`compare.kind.${kind}`)}</span>
          <span className="font-medium">{table === '' ? t('compare.whole') : table}</span>
          {row !== null && <span>{t('compare.row', { row: format.number(row) })}</span>}
          {key !== '' && <span className="text-ink-muted">{key}</span>}
        </p>
        <p className="flex flex-wrap items-center gap-x-2 font-mono text-xs break-all">
          {before !== undefined && <del className="text-ink-muted no-underline">{before}</del>}
          {before !== undefined && after !== undefined && (
            <ArrowRight
              role="img"
              aria-label={t('compare.becomes')}
              className="size-3 shrink-0 text-ink-muted"
            />
          )}
          {after !== undefined && <ins className="no-underline">{after}</ins>}
        </p>
      </div>
    </li>
  );
};
