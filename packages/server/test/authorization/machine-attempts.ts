import type { MachineOperation } from '../../src/modules/machines/index.ts';
import type { Attempt, Request, Target } from './attempts.ts';
import type { MachineObject } from '../objects.ts';

const nothing: Attempt = { about: 'nothing' };
/** A machine at rest in the state from which the route goes on: begun, and nobody works on it here. */
const machine = (state: MachineObject['state'], request: Request = {}): Attempt => ({
  about: 'object',
  seenWith: 'machines:read',
  missing: 'machine.not_found',
  request: async ({ objects, projectId, ownerId }) => ({
    ...request,
    params: { id: await objects.addMachine(projectId, ownerId, { state }) },
  }),
});
const busyMachine = async ({ objects, projectId, ownerId }: Target) => {
  const id = await objects.addMachine(projectId, ownerId, { state: 'new' });
  return { id, operationId: await objects.addMachineOperation(id) };
};

/** How routes of machines are tried. */
export const machineAttempts: Readonly<Record<MachineOperation, Attempt>> = {
  listInstances: nothing,
  createInstance: {
    about: 'project',
    missing: 'project.not_found',
    request: async ({ objects, projectId }) => {
      await objects.addProvider(projectId, true);
      return { body: { project_id: projectId } };
    },
  },
  getInstance: machine('running'),
  updateInstance: machine('hibernated', { body: { label: 'y' } }),
  deleteInstance: machine('lost', { query: { skip_snapshot: 'true' } }),
  pauseInstance: machine('running'),
  resumeInstance: machine('paused'),
  rebootInstance: machine('running'),
  adoptInstance: { ...machine('running'), accepts: ['machine.ours'] },
  listStrangers: nothing,
  adoptStranger: {
    about: 'object',
    seenWith: 'providers:read',
    missing: 'provider.not_found',
    accepts: ['machine.not_found'],
    request: async ({ objects, projectId }) => ({
      body: { account_id: await objects.addProvider(projectId, true), provider_instance_id: '1' },
    }),
  },
  hibernateInstance: machine('running'),
  wakeInstance: machine('hibernated', { body: { restore_snapshot: false } }),
  migrateInstance: machine('running', { body: { max_price: 1 } }),
  estimateMigration: {
    ...machine('running'),
    accepts: ['provider.none'],
    request: async ({ objects, projectId, ownerId }) => {
      // Their keys are good for nothing: without any account it is known at once what can be said.
      await objects.closeProviders(projectId);
      const id = await objects.addMachine(projectId, ownerId, { state: 'running' });
      return { params: { id }, body: { max_price: 1 } };
    },
  },
  cancelOperation: {
    ...machine('new'),
    request: async (target) => ({ params: { id: (await busyMachine(target)).id } }),
  },
  listOperations: machine('running'),
  getOperation: {
    ...machine('new'),
    request: async (target) => ({ params: await busyMachine(target) }),
  },
  listMachineEvents: machine('running'),

  reportAgentStatus: {
    about: 'nothing',
    request: () => ({
      body: { agent: 'dumont', version: '1', instance_id: 'x', status: 'idle' },
    }),
  },
  listAgentInstances: nothing,
  getAgentInstance: machine('running'),
  keepAlive: machine('running', { query: { minutes: '5' } }),
  getInstanceMetrics: machine('running'),

  getRealSavings: nothing,
  getRealSavingsHistory: nothing,
  listHibernationEvents: nothing,
  getSavingsSummary: nothing,
  getSavingsHistory: nothing,
  getSavingsBreakdown: nothing,
  compareSavings: { about: 'nothing', request: () => ({ params: { gpu_type: 'RTX 4090' } }) },
  getHibernationStats: nothing,
  getInstanceSavings: machine('hibernated'),
  getInstanceCost: machine('destroyed'),
};
