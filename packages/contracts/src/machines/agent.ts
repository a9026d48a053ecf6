import { z } from 'zod';
import { holdersOf, machines } from '../access.ts';
import { Id, Timestamp } from '../primitives.ts';
import { route } from '../route.ts';

const figure = (most: number) => z.number().min(0).max(most).nullable();
const perGpu = (most: number) => z.array(figure(most)).max(64);

/** What an agent reads in its machine. Null: it could not be read, which is neither quiet nor busy. */
export const AgentFigures = z
  .strictObject({
    /** Of all its cores, or of four where there are more: one thread at work shows, whatever the size of the machine. */
    cpu_percent: figure(100),
    memory_used_mb: figure(1e9),
    memory_total_mb: figure(1e9),
    disk_used_gb: figure(1e9),
    disk_total_gb: figure(1e9),
    /** MB a second since the beat before, read and written. */
    disk_mbps: figure(1e9),
    /** MB a second since the beat before, received and sent; loopback is not counted, nor is the agent's own. */
    network_mbps: figure(1e9),
    /** Terminals that somebody is signed in at. */
    sessions: z.number().int().min(0).max(10_000).nullable(),
    /** Since the last key was pressed in any of them; null without one. */
    input_seconds_ago: figure(1e9),
  })
  .meta({ id: 'AgentFigures' });
export type AgentFigures = z.infer<typeof AgentFigures>;

export const AgentStatus = z
  .strictObject({
    agent: z.string().max(100),
    version: z.string().max(50),
    /** As the agent was told; the token says who it is. */
    instance_id: z.string().max(100),
    status: z.enum(['idle', 'syncing', 'error', 'starting']),
    message: z.string().max(2000).optional(),
    last_backup: z.string().max(100).nullable().optional(),
    /** The machine's own clock, for display. */
    timestamp: z.string().max(100).optional(),
    uptime: z.number().min(0).max(1e10).nullable().optional(),
    gpu_metrics: z
      .strictObject({
        utilization: figure(100),
        gpu_count: z.number().int().min(1).max(64),
        gpu_names: z.array(z.string().max(200)).max(64).default([]),
        gpu_utilizations: perGpu(100).default([]),
        gpu_memory_used: perGpu(1e9).default([]),
        gpu_memory_total: perGpu(1e9).default([]),
        gpu_temperatures: perGpu(1000).default([]),
      })
      .nullable()
      .optional(),
    gpu_utilization: figure(100).optional(),
    figures: AgentFigures.optional(),
  })
  .meta({ id: 'AgentStatus' });
export type AgentStatus = z.infer<typeof AgentStatus>;

export const AgentReply = z
  .strictObject({
    received: z.boolean(),
    instance_id: z.string(),
    action: z.enum(['none', 'prepare_hibernate']),
    message: z.string(),
    /** When the next beat is due: jittered by the server, so that machines do not beat together. */
    next_beat_seconds: z.number(),
  })
  .meta({ id: 'AgentReply' });
export type AgentReply = z.infer<typeof AgentReply>;

export const reportAgentStatus = route({
  method: 'POST',
  path: '/api/v1/agent/status',
  aliases: ['/api/agent/status'],
  tag: 'agent',
  summary: 'A beat of a machine’s agent, with its own token',
  access: machines,
  body: AgentStatus,
  response: AgentReply,
  errors: ['agent.token'],
});

export const AgentInstance = z
  .strictObject({
    instance_id: Id,
    status: z.string(),
    gpu_utilization: z.number().nullable(),
    last_seen: Timestamp.nullable(),
    idle_since: Timestamp.nullable(),
    will_hibernate_at: Timestamp.nullable(),
  })
  .meta({ id: 'AgentInstance' });
export type AgentInstance = z.infer<typeof AgentInstance>;

export const listAgentInstances = route({
  method: 'GET',
  path: '/api/v1/agent/instances',
  tag: 'agent',
  summary: 'Machines with an agent, and when they would fall asleep',
  access: holdersOf('machines:read'),
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(1000).default(200) }),
  response: z.array(AgentInstance),
});

export const getAgentInstance = route({
  method: 'GET',
  path: '/api/v1/agent/instances/{id}',
  tag: 'agent',
  summary: 'When a machine was last heard of, and when it would fall asleep',
  access: holdersOf('machines:read'),
  params: z.strictObject({ id: Id }),
  response: AgentInstance,
  errors: ['machine.not_found'],
});

export const keepAlive = route({
  method: 'POST',
  path: '/api/v1/agent/instances/{id}/keep-alive',
  tag: 'agent',
  summary: 'Keep it awake for a while, whatever it does',
  access: holdersOf('machines:write'),
  params: z.strictObject({ id: Id }),
  query: z.strictObject({ minutes: z.coerce.number().int().min(0).max(10_080).default(30) }),
  response: z.strictObject({
    success: z.boolean(),
    message: z.string(),
    new_hibernate_at: Timestamp.nullable(),
  }),
  errors: ['machine.not_found', 'machine.state'],
});

/** One point of a chart; null where no beat of the time had the figure. */
export const MachineMetricPoint = z
  .strictObject({
    at: Timestamp,
    gpu_percent: z.number().nullable(),
    gpu_memory_percent: z.number().nullable(),
    gpu_temperature: z.number().nullable(),
    cpu_percent: z.number().nullable(),
    memory_percent: z.number().nullable(),
    disk_percent: z.number().nullable(),
    disk_mbps: z.number().nullable(),
    network_mbps: z.number().nullable(),
  })
  .meta({ id: 'MachineMetricPoint' });
export type MachineMetricPoint = z.infer<typeof MachineMetricPoint>;

export const getInstanceMetrics = route({
  method: 'GET',
  path: '/api/v1/instances/{id}/metrics',
  tag: 'agent',
  summary: 'Its figures over time: as they came for the last hour, by the minute before',
  access: holdersOf('machines:read'),
  params: z.strictObject({ id: Id }),
  query: z.strictObject({ hours: z.coerce.number().min(0.1).max(720).default(1) }),
  response: z.strictObject({
    instance_id: Id,
    resolution_seconds: z.number().nullable(),
    points: z.array(MachineMetricPoint),
  }),
  errors: ['machine.not_found'],
});
