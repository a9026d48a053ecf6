import { z } from 'zod';
import { anyone, holdersOf } from '../access.ts';
import { Finding } from '../finding.ts';
import { Timestamp } from '../primitives.ts';
import { route } from '../route.ts';

export const health = route({
  method: 'GET',
  path: '/health',
  aliases: ['/api/health'],
  tag: 'system',
  summary: 'Whether requests are served and the database answers',
  access: anyone,
  response: z.strictObject({
    status: z.enum(['ok', 'degraded']),
    timestamp: Timestamp,
    version: z.string(),
    database: z.enum(['ok', 'unreachable']),
  }),
});

export const Check = z.strictObject({
  name: z.string(),
  state: z.enum(['ok', 'warning', 'failed']),
  finding: z.string(),
  /** What mends it; null when nothing needs mending. */
  remedy: z.string().nullable(),
  /** What `finding` and `remedy` say; null where they are known in these words only. */
  findingCode: Finding.nullable(),
  remedyCode: Finding.nullable(),
});

export const installation = route({
  method: 'GET',
  path: '/api/v1/system',
  tag: 'system',
  summary: 'Version, roles of this process, and what `dumont doctor` checks on the server',
  access: holdersOf('settings:read'),
  response: z.strictObject({
    version: z.string(),
    roles: z.array(z.string()),
    startedAt: Timestamp,
    now: Timestamp,
    checks: z.array(Check),
  }),
});

export const metrics = route({
  method: 'GET',
  path: '/metrics',
  tag: 'system',
  summary: 'Metrics in the Prometheus text format; loopback needs no login',
  access: holdersOf('metrics:read'),
  produces: 'text/plain',
});
