import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { appRoute } from '../../app/routes/root.tsx';
import { caseQueries, executionQueries, instanceQueries } from '../../queries/optimization.ts';
import {
  validateCaseSearch,
  validateExecutionSearch,
  validateOptimizationSearch,
} from './optimization-search.ts';

const optimizationRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/optimization',
  validateSearch: validateOptimizationSearch,
  component: lazyRouteComponent(() => import('./optimization-page.tsx'), 'OptimizationPage'),
});

// Loaders start while a page's code is on its way; the page itself shows what went wrong.

const executionRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/optimization/executions/$executionId',
  validateSearch: validateExecutionSearch,
  loader: ({ context, params }) => {
    context.queryClient.query(executionQueries.detail(params.executionId)).catch(() => undefined);
  },
  component: lazyRouteComponent(() => import('./executions/execution-page.tsx'), 'ExecutionPage'),
});

const instanceRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/optimization/instances/$instanceId',
  loader: ({ context, params }) => {
    context.queryClient.query(instanceQueries.detail(params.instanceId)).catch(() => undefined);
  },
  component: lazyRouteComponent(() => import('./instances/instance-page.tsx'), 'InstancePage'),
});

const caseRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/optimization/cases/$caseId',
  validateSearch: validateCaseSearch,
  loader: ({ context, params }) => {
    context.queryClient.query(caseQueries.detail(params.caseId)).catch(() => undefined);
  },
  component: lazyRouteComponent(() => import('./cases/case-page.tsx'), 'CasePage'),
});

export const optimizationRoutes = [optimizationRoute, executionRoute, instanceRoute, caseRoute] as const;
