import type { OptimizationApi } from '../../optimization/index.ts';
import type { DoorRoute } from '../door.ts';
import { createCaseCopyRoutes } from './case-copy-routes.ts';
import { createCasePatchRoutes } from './case-patch-routes.ts';
import { createCaseRoutes } from './case-routes.ts';
import { createCheckRoutes } from './check-routes.ts';
import { createDeployedRoutes } from './deployed-routes.ts';
import type { ObjectDeps } from './deps.ts';
import { createExecutionFileRoutes } from './execution-file-routes.ts';
import { createExecutionRoutes } from './execution-routes.ts';
import { createExecutionViewRoutes } from './execution-view-routes.ts';
import { createInstanceFileRoutes } from './instance-file-routes.ts';
import { createInstanceRoutes } from './instance-routes.ts';
import { createLaunchRoutes } from './launch-routes.ts';
import { createSchemaRoutes } from './schema-routes.ts';
import { createWorkerRoutes } from './worker-routes.ts';

/** Instances, executions, cases, and what workers and clients ask of them. */
export const createObjectRoutes = (
  optimization: OptimizationApi,
  given: Omit<ObjectDeps, 'optimization'>,
): readonly DoorRoute[] => {
  const deps: ObjectDeps = { ...given, optimization };
  return [
    ...createInstanceRoutes(deps),
    ...createInstanceFileRoutes(deps),
    ...createExecutionRoutes(deps),
    ...createLaunchRoutes(deps),
    ...createExecutionViewRoutes(deps),
    ...createExecutionFileRoutes(deps),
    ...createCaseRoutes(deps),
    ...createCasePatchRoutes(deps),
    ...createCaseCopyRoutes(deps),
    ...createWorkerRoutes(deps),
    ...createDeployedRoutes(deps),
    ...createCheckRoutes(deps),
    ...createSchemaRoutes(deps),
  ];
};
