import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { longText } from '../primitives.ts';
import { route } from '../route.ts';

/** The Portuguese API under `/api` that earlier clients speak. Names are fixed by them. */

const errorFormat = 'detail' as const;
const SystemParams = z.strictObject({ id: longText(64).min(1) });
const JobParams = z.strictObject({
  id: z.coerce
    .number()
    .int()
    .min(1)
    .max(2 ** 31),
});

export const jobStatuses = ['pending', 'running', 'completed', 'error', 'cancelled'] as const;
export const systemStatuses = ['IDLE', 'RUNNING', 'SUCCESS', 'ERROR', 'CANCELLED'] as const;
const optionValue = z.union([z.boolean(), longText(1000)]);

export const Sistema = z
  .strictObject({
    id: z.string(),
    nome: z.string(),
    descricao: z.string(),
    icone: z.string(),
    ordem: z.number().int(),
    ativo: z.boolean(),
    status: z.enum(systemStatuses),
    opcoes: z.record(z.string(), optionValue),
    fundos: z.array(z.string()),
    progresso: z.number(),
    ultima_execucao: z.string().nullable(),
    mensagem: z.string().nullable(),
  })
  .meta({ id: 'Sistema' });

const Sistemas = z.strictObject({ sistemas: z.array(Sistema) });

export const listarSistemas = route({
  method: 'GET',
  path: '/api/sistemas',
  tag: 'compatible',
  summary: 'Systems',
  errorFormat,
  access: holdersOf('pipelines:read'),
  response: Sistemas,
});
export const listarSistemasAtivos = route({
  method: 'GET',
  path: '/api/sistemas/ativos',
  tag: 'compatible',
  summary: 'Systems that are switched on',
  errorFormat,
  access: holdersOf('pipelines:read'),
  response: Sistemas,
});
export const lerSistema = route({
  method: 'GET',
  path: '/api/sistemas/{id}',
  tag: 'compatible',
  summary: 'One system',
  errorFormat,
  access: holdersOf('pipelines:read'),
  params: SystemParams,
  response: Sistema,
  errors: ['system.not_found'],
});
export const alternarSistema = route({
  method: 'PATCH',
  path: '/api/sistemas/{id}/toggle',
  tag: 'compatible',
  summary: 'Switch a system on or off',
  errorFormat,
  access: holdersOf('pipelines:write'),
  params: SystemParams,
  bodyOptional: true,
  query: z.strictObject({ ativo: z.enum(['true', 'false']).optional() }),
  body: z.strictObject({ ativo: z.boolean() }).optional(),
  response: z.strictObject({ id: z.string(), ativo: z.boolean(), status: z.enum(systemStatuses) }),
  errors: ['system.not_found'],
});
export const definirOpcao = route({
  method: 'PATCH',
  path: '/api/sistemas/{id}/opcao',
  tag: 'compatible',
  summary: 'Set an option of a system',
  errorFormat,
  access: holdersOf('pipelines:write'),
  params: SystemParams,
  bodyOptional: true,
  query: z.strictObject({ opcao: longText(64).optional(), valor: longText(1000).optional() }),
  body: z.strictObject({ opcao: longText(64).min(1), valor: optionValue }).optional(),
  response: z.strictObject({ id: z.string(), opcao: z.string(), valor: optionValue }),
  errors: ['system.not_found', 'system.option'],
});

/** A leaf or a group of leaves: `maps` or `amplis: {reag, master}`. Passwords read `********`. */
const Leaf = z.strictObject({
  url: longText(2000).optional(),
  username: longText(500).optional(),
  password: longText(2000).optional(),
});
const CredentialTree = z.record(z.string().max(64), z.union([Leaf, z.record(z.string().max(64), Leaf)]));

export const lerCredenciais = route({
  method: 'GET',
  path: '/api/credentials',
  tag: 'compatible',
  summary: 'Credentials by system, passwords masked',
  errorFormat,
  access: holdersOf('credentials:read'),
  response: CredentialTree,
});
export const salvarCredenciais = route({
  method: 'POST',
  path: '/api/credentials',
  tag: 'compatible',
  summary: 'Save credentials; ******** keeps the password',
  errorFormat,
  access: holdersOf('credentials:write'),
  body: CredentialTree,
  response: z.strictObject({ status: z.string(), message: z.string() }),
  errors: ['credential.unknown'],
});
export const lerCredencial = route({
  method: 'GET',
  path: '/api/credentials/{id}',
  tag: 'compatible',
  summary: 'Credentials of one system',
  errorFormat,
  access: holdersOf('credentials:read'),
  params: SystemParams,
  response: z.union([Leaf, z.record(z.string(), Leaf)]),
  errors: ['credential.not_found'],
});

const Paths = z.record(z.string().max(64), z.string().max(1000).nullable());
const FundSelection = z.record(
  z.string().max(64),
  z.strictObject({ fundos_selecionados: z.array(z.string().max(20)).max(50_000), usar_todos: z.boolean() }),
);

export const lerConfig = route({
  method: 'GET',
  path: '/api/config',
  tag: 'compatible',
  summary: 'Credentials, paths and funds together',
  errorFormat,
  access: holdersOf('credentials:read'),
  response: z.strictObject({ credentials: CredentialTree, paths: Paths, fundos: FundSelection }),
});
export const salvarConfig = route({
  method: 'POST',
  path: '/api/config',
  tag: 'compatible',
  summary: 'Save any of them',
  errorFormat,
  access: holdersOf('credentials:write'),
  body: z.strictObject({
    credentials: CredentialTree.optional(),
    paths: Paths.optional(),
    fundos: FundSelection.optional(),
  }),
  response: z.strictObject({ status: z.string(), message: z.string() }),
  errors: ['credential.unknown', 'path.invalid', 'path.unknown', 'system.not_found'],
});
export const lerPaths = route({
  method: 'GET',
  path: '/api/config/paths',
  tag: 'compatible',
  summary: 'Configured folders',
  errorFormat,
  access: holdersOf('pipelines:read'),
  response: z.strictObject({ paths: Paths }),
});
export const lerFundos = route({
  method: 'GET',
  path: '/api/fundos',
  tag: 'compatible',
  summary: 'Fund selection by system',
  errorFormat,
  access: holdersOf('pipelines:read'),
  response: FundSelection,
});

const ExecuteBody = {
  data_inicial: longText(10).optional(),
  data_final: longText(10).optional(),
  opcoes: z
    .record(z.string().max(64), z.union([optionValue, z.record(z.string().max(64), optionValue)]))
    .optional(),
};
const Queued = z.strictObject({ status: z.literal('queued'), message: z.string(), job_id: z.number().int() });
const executeErrors = [
  'system.unknown',
  'system.mixed',
  'system.inactive',
  'system.option',
  'system.no_selection',
  'credential.missing',
  'path.invalid',
  'period.invalid',
  'period.reversed',
  'period.future',
] as const;

export const executar = route({
  method: 'POST',
  path: '/api/execute',
  tag: 'compatible',
  summary: 'Run systems over a period',
  errorFormat,
  idempotent: true,
  access: holdersOf('runs:write'),
  body: z.strictObject({ sistemas: z.array(longText(64)).max(100), ...ExecuteBody }),
  response: Queued,
  errors: executeErrors,
});
export const executarSistema = route({
  method: 'POST',
  path: '/api/execute/{id}',
  tag: 'compatible',
  summary: 'Run one system',
  errorFormat,
  idempotent: true,
  access: holdersOf('runs:write'),
  params: SystemParams,
  bodyOptional: true,
  body: z.strictObject(ExecuteBody).optional(),
  response: Queued,
  errors: executeErrors,
});
export const cancelarJob = route({
  method: 'POST',
  path: '/api/cancel/{id}',
  tag: 'compatible',
  summary: 'Cancel a job',
  errorFormat,
  access: holdersOf('runs:write'),
  params: JobParams,
  response: z.strictObject({ status: z.enum(['cancelled', 'error']), message: z.string() }),
});

export const Job = z
  .strictObject({
    id: z.number().int(),
    status: z.enum(jobStatuses),
    sistemas: z.array(z.string()),
    params: z.record(z.string(), z.json()),
    created_at: z.string(),
    started_at: z.string().nullable(),
    finished_at: z.string().nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: 'Job' });

const JobPage = z.strictObject({
  jobs: z.array(Job),
  total: z.number().int(),
  limit: z.number().int(),
  offset: z.number().int(),
});
const jobQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  offset: z.coerce.number().int().min(0).max(100_000).default(0),
  status: z.enum(jobStatuses).optional(),
});

export const listarJobs = route({
  method: 'GET',
  path: '/api/jobs',
  tag: 'compatible',
  summary: 'Jobs, newest first',
  errorFormat,
  access: holdersOf('runs:read'),
  query: jobQuery,
  response: JobPage,
});
export const historicoJobs = route({
  method: 'GET',
  path: '/api/jobs/history',
  tag: 'compatible',
  summary: 'Jobs that have ended, newest first',
  errorFormat,
  access: holdersOf('runs:read'),
  query: jobQuery,
  response: JobPage,
});
export const lerJob = route({
  method: 'GET',
  path: '/api/jobs/{id}',
  tag: 'compatible',
  summary: 'One job with its log',
  errorFormat,
  access: holdersOf('runs:read'),
  params: JobParams,
  response: z.strictObject({
    ...Job.shape,
    logs: z.array(
      z.strictObject({
        level: z.string(),
        sistema: z.string().nullable(),
        mensagem: z.string(),
        timestamp: z.string(),
      }),
    ),
  }),
  errors: ['run.not_found'],
});
