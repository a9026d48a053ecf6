import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { appRoute } from '../../app/routes/root.tsx';
import { machineQueries } from '../../queries/machines.ts';
import { validateDeploySearch } from '../deploy/deploy-search.ts';
import { validateMachineSearch } from '../machine/machine-search.ts';
import { validateMachinesSearch } from './machines-search.ts';

const machinesRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/machines',
  validateSearch: validateMachinesSearch,
  component: lazyRouteComponent(() => import('./machines-page.tsx'), 'MachinesPage'),
});

const deployRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/machines/new',
  validateSearch: validateDeploySearch,
  component: lazyRouteComponent(() => import('../deploy/deploy-page.tsx'), 'DeployPage'),
});

const machineRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/machines/$machineId',
  validateSearch: validateMachineSearch,
  // Started while the page's code is on its way; the page itself shows what went wrong.
  loader: ({ context, params }) => {
    context.queryClient.query(machineQueries.detail(params.machineId)).catch(() => undefined);
  },
  component: lazyRouteComponent(() => import('../machine/machine-page.tsx'), 'MachinePage'),
});

export const machinesRoutes = [machinesRoute, deployRoute, machineRoute] as const;
