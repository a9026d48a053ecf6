import type { RouteResponse } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import { CircleCheck, CircleX, CornerUpRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import { Badge } from '../../../ui/badge.tsx';
import { CopyButton } from '../../../ui/copy.tsx';
import { readable } from './test-request.ts';

type Answer = RouteResponse<Routes['testGatewayRoute']>;

const lookOf = (status: number) => {
  if (status >= 400) return ['danger', CircleX] as const;
  return status >= 300 ? (['neutral', CornerUpRight] as const) : (['ok', CircleCheck] as const);
};

export const TestAnswer = ({ answer }: { readonly answer: Answer }) => {
  const { t } = useTranslation('services');
  const format = useFormat();
  const [tone, Icon] = lookOf(answer.status);
  const body = readable(answer.body);
  return (
    <div className="flex flex-col gap-4" role="status">
      <p className="flex flex-wrap items-center gap-3">
        <Badge tone={tone} className="h-5.5">
          <Icon aria-hidden />
          {answer.status}
        </Badge>
        <span className="text-sm text-ink-muted">
          {t('test.took', { ms: format.number(answer.tookMs, 1) })}
        </span>
      </p>
      <section>
        <h3 className="mb-1 text-xs font-medium text-ink-muted">{t('test.answerHeaders')}</h3>
        <dl className="grid grid-cols-1 gap-x-4 gap-y-0.5 font-mono text-xs sm:grid-cols-[minmax(8rem,auto)_minmax(0,1fr)]">
          {Object.entries(answer.headers).map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-ink-muted">{name}</dt>
              <dd className="min-w-0 break-all">{value}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section>
        <header className="mb-1 flex items-center gap-1">
          <h3 className="text-xs font-medium text-ink-muted">{t('test.answerBody')}</h3>
          {body !== '' && <CopyButton value={answer.body} />}
        </header>
        {body === '' ? (
          <p className="text-sm text-ink-muted">{t('test.empty')}</p>
        ) : (
          <pre
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
            tabIndex={0}
            aria-label={t('test.answerBody')}
            className="max-h-96 overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs whitespace-pre-wrap break-words"
          >
            {body}
          </pre>
        )}
        {answer.truncated && <p className="mt-1 text-xs text-ink-muted">{t('test.truncated')}</p>}
      </section>
    </div>
  );
};
