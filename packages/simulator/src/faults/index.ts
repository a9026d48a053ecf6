export { createFaults, type Faults, type FaultsOptions } from './faults.ts';
export {
  faultNames,
  faultProfiles,
  type FaultName,
  type FaultPlan,
  type FaultRate,
  type PlannedFault,
} from './fault-plan.ts';
