import { Link } from '@tanstack/react-router';
import type { Run } from '@dumont/contracts/runs/runs';
import { Waypoints } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';

/** A run of a model is stopped and repeated where its answer is: there it belongs. */
export const ExecutionLink = ({ run }: { readonly run: Run }) => {
  const { t } = useTranslation('runs');
  const allowed = useMay('optimization:read');
  const { executionId } = run.params;
  if (!allowed || typeof executionId !== 'string') return null;
  return (
    <Button variant="primary" asChild>
      <Link to="/optimization/executions/$executionId" params={{ executionId }} search={{}}>
        <Waypoints aria-hidden />
        {t('execution')}
      </Link>
    </Button>
  );
};
