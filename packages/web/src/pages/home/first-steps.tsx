import { Link } from '@tanstack/react-router';
import type { Permission } from '@dumont/contracts/access';
import { Network, Server, Waypoints, Workflow, type LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { places } from '../../app/navigation.ts';
import { useMay } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';
import { CodeCommand } from '../../ui/copy.tsx';

interface Step {
  readonly name: 'pipeline' | 'machine' | 'model' | 'service';
  readonly icon: LucideIcon;
  readonly to: string;
  readonly permission: Permission;
  /** Does the same in a terminal. */
  readonly command: string;
}

const steps: readonly Step[] = [
  {
    name: 'pipeline',
    icon: Workflow,
    to: places.pipelines,
    permission: 'runs:write',
    command: 'dumont run start fund-data --follow',
  },
  {
    name: 'machine',
    icon: Server,
    to: '/machines/new',
    permission: 'machines:write',
    command: 'dumont machine deploy --gpu "RTX 4090"',
  },
  {
    name: 'model',
    icon: Waypoints,
    to: '/optimization',
    permission: 'optimization:write',
    command: 'dumont solve tsp cities.json',
  },
  {
    name: 'service',
    icon: Network,
    to: '/services/new',
    permission: 'gateway:write',
    command: 'dumont route create shop --path "/shop/{proxy+}" --upstream https://example.org',
  },
];

/** What there is to do where nothing was done yet: of each thing that one may, a button and the command that does it. */
export const FirstSteps = () => {
  const { t } = useTranslation('home');
  return (
    <section aria-labelledby="first-steps" className="flex flex-col gap-3">
      <div>
        <h2 id="first-steps" className="font-semibold text-ink">
          {t('first.title')}
        </h2>
        <p className="text-sm text-ink-muted">{t('first.text')}</p>
      </div>
      <ul className="grid grid-cols-1 gap-4 lg:grid-cols-2">
        {steps.map((step) => (
          <FirstStep key={step.name} step={step} />
        ))}
      </ul>
    </section>
  );
};

const FirstStep = ({ step: { name, icon: Icon, to, permission, command } }: { readonly step: Step }) => {
  const { t } = useTranslation('home');
  if (!useMay(permission)) return null;
  return (
    <li className="flex flex-col items-start gap-3 rounded-lg border border-line bg-surface p-5">
      <div className="flex items-start gap-3">
        <span className="inline-flex size-10 shrink-0 items-center justify-center rounded-lg border border-line bg-canvas text-ink-muted">
          <Icon aria-hidden className="size-5" />
        </span>
        <div>
          <h3 className="font-semibold text-ink">{t(`first.${name}.title`)}</h3>
          <p className="mt-0.5 text-sm text-pretty text-ink-muted">{t(`first.${name}.text`)}</p>
        </div>
      </div>
      <div className="mt-auto flex w-full flex-col items-start gap-2.5 pt-1">
        <Button variant={name === 'pipeline' ? 'primary' : 'secondary'} asChild>
          <Link to={to}>{t(`first.${name}.action`)}</Link>
        </Button>
        <CodeCommand command={command} />
      </div>
    </li>
  );
};
