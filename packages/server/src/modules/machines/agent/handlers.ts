import type {
  AgentInstance,
  getAgentInstance,
  getInstanceMetrics,
  keepAlive,
  listAgentInstances,
  reportAgentStatus,
} from '@dumont/contracts/machines/agent';
import type { RouteRequest, RouteResponse } from '@dumont/contracts/route';
import { demand, scopeOf, type Caller } from '../../../kernel/access/caller.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Events } from '../../../kernel/events/events.ts';
import type { RequestContext } from '../../../kernel/http/handlers.ts';
import type { Random } from '../../../kernel/random.ts';
import type { EventStore } from '../event-store.ts';
import { machineEvent } from '../unit.ts';
import type { AgentMachineRow, AgentMachineStore } from './agent-machine-store.ts';
import type { Beats } from './beats.ts';
import { isFresh, sleepTime } from './idle.ts';
import type { MetricRow, SampleStore } from './sample-store.ts';

type Handle<R, Who> = (
  input: RouteRequest<R> & { readonly caller: Who; readonly context: RequestContext },
) => Promise<RouteResponse<R>>;

export interface AgentHandlers {
  readonly reportAgentStatus: Handle<typeof reportAgentStatus, Caller | undefined>;
  readonly listAgentInstances: Handle<typeof listAgentInstances, Caller>;
  readonly getAgentInstance: Handle<typeof getAgentInstance, Caller>;
  readonly keepAlive: Handle<typeof keepAlive, Caller>;
  readonly getInstanceMetrics: Handle<typeof getInstanceMetrics, Caller>;
}

const hourMs = 3_600_000;
/** About so many points make a chart. */
const maxPoints = 1500;

const sleepTimeOf = (row: AgentMachineRow): Date | null =>
  row.state === 'running' && row.operation === null
    ? sleepTime(row.idle_policy, row.idle_since, row.keep_until)
    : null;

const statusOf = (row: AgentMachineRow, now: Date): string => {
  if (row.operation !== null) return row.operation;
  if (row.state !== 'running') return row.state;
  if (row.last_beat_at === null || !isFresh(row.last_beat_at, now)) return 'unknown';
  return row.idle_since === null ? 'running' : 'idle';
};

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

const show = (row: AgentMachineRow, now: Date): AgentInstance => ({
  instance_id: row.id,
  status: statusOf(row, now),
  gpu_utilization: row.gpu_percent,
  last_seen: iso(row.last_beat_at),
  idle_since: iso(row.idle_since),
  will_hibernate_at: iso(sleepTimeOf(row)),
});

const showPoint = ({ at, ...figures }: MetricRow) => ({ at: at.toISOString(), ...figures });

/** What agents report, and what people see and say of it. */
export const createAgentHandlers = (deps: {
  beats: Pick<Beats, 'receive'>;
  machines: AgentMachineStore;
  samples: Pick<SampleStore, 'listRaw' | 'listMeans'>;
  story: Pick<EventStore, 'add'>;
  events: Pick<Events, 'publish'>;
  clock: Clock;
  random: Random;
}): AgentHandlers => {
  const { machines, samples, clock } = deps;

  const get = async (caller: Caller, id: string): Promise<AgentMachineRow> => {
    const row = await machines.find(scopeOf(caller, 'machines:read'), id);
    if (row === undefined) throw new AppError('machine.not_found');
    return row;
  };

  return {
    reportAgentStatus: ({ context, body }) => deps.beats.receive(context.bearer, body),
    listAgentInstances: async ({ caller, query }) => {
      const rows = await machines.list(scopeOf(caller, 'machines:read'), query.limit);
      const now = clock.now();
      return rows.map((row) => show(row, now));
    },
    getAgentInstance: async ({ caller, params }) => show(await get(caller, params.id), clock.now()),
    keepAlive: async ({ caller, params, query: { minutes } }) => {
      const row = await get(caller, params.id);
      demand(caller, 'machines:write', { projectId: row.project_id, ownerId: row.owner_id });
      const now = clock.now();
      const until = minutes === 0 ? null : new Date(now.getTime() + minutes * 60_000);
      const message =
        until === null ? 'It sleeps when it is idle.' : `It stays awake for ${minutes} minutes.`;
      await machines.transaction(async (tx) => {
        if (!(await machines.keep(tx, row.id, until)))
          throw new AppError('machine.state', { state: row.operation ?? row.state, action: 'stay awake' });
        await deps.story.add(tx, {
          id: deps.random.id(),
          machine_id: row.id,
          at: now,
          kind: 'keep_alive',
          operation_id: null,
          details: JSON.stringify({ requestedBy: caller.userId, minutes, until: iso(until), message }),
        });
        await deps.events.publish(tx, machineEvent('machine.changed', row));
      });
      const sleepsAt = sleepTimeOf({ ...row, keep_until: until });
      return { success: true, message, new_hibernate_at: iso(sleepsAt) };
    },
    getInstanceMetrics: async ({ caller, params, query: { hours } }) => {
      const { id } = await get(caller, params.id);
      const since = new Date(clock.now().getTime() - hours * hourMs);
      const seconds = hours <= 1 ? null : 60 * Math.ceil((hours * 60) / maxPoints);
      const rows =
        seconds === null ? await samples.listRaw(id, since) : await samples.listMeans(id, since, seconds);
      return { instance_id: id, resolution_seconds: seconds, points: rows.map(showPoint) };
    },
  };
};
