import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Case } from '@dumont/contracts/optimization/cases';
import type { RouteInput, RouteResponse } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import { api } from '../lib/api.ts';
import { parseExact } from '../lib/exact-json.ts';

type Query<Name extends keyof Routes> = RouteInput<Routes[Name]>['query'];
export type ExecutionFilter = Query<'listExecutions'>;
export type ExecutionPage = RouteResponse<Routes['listExecutions']>;
type ExecutionPart = RouteInput<Routes['getExecutionPart']>['params']['part'];
type CasePart = RouteInput<Routes['getCasePart']>['params']['part'];

/** Cases that the tree shows; an installation with more is told so. */
export const mostCases = 2000;

const documentIn = async (response: Promise<Response>): Promise<unknown> =>
  parseExact(await (await response).text());

const readCases = async (projectId: string | undefined, signal: AbortSignal): Promise<Case[]> => {
  const cases: Case[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.listCases({ query: { projectId, cursor, limit: 200 }, signal });
    cases.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && cases.length < mostCases);
  return cases;
};

export const optimizationQueries = {
  apps: () =>
    queryOptions({
      queryKey: ['optimization', 'apps'] as const,
      queryFn: ({ signal }) => api.listApps({ signal }),
      staleTime: 60_000,
    }),
  schemas: (app: string) =>
    queryOptions({
      queryKey: ['optimization', 'schemas', app] as const,
      queryFn: ({ signal }) => api.getAppSchemas({ params: { id: app }, signal }),
      staleTime: 60_000,
    }),
};

export const instanceQueries = {
  all: ['optimization', 'instances'] as const,
  lists: ['optimization', 'instances', 'list'] as const,
  list: (filter: Query<'listProblemInstances'>) =>
    queryOptions({
      queryKey: [...instanceQueries.lists, filter] as const,
      queryFn: ({ signal }) => api.listProblemInstances({ query: filter, signal }),
      placeholderData: keepPreviousData,
    }),
  detail: (id: string) =>
    queryOptions({
      queryKey: [...instanceQueries.all, 'detail', id] as const,
      queryFn: ({ signal }) => api.getProblemInstance({ params: { id }, signal }),
    }),
  data: (id: string) =>
    queryOptions({
      queryKey: [...instanceQueries.all, 'data', id] as const,
      queryFn: ({ signal }) => documentIn(api.stream('getProblemInstanceData', { params: { id }, signal })),
    }),
  /** As it is written: for what is edited. Read anew each time, and not kept. */
  text: (id: string) =>
    queryOptions({
      queryKey: [...instanceQueries.all, 'text', id] as const,
      queryFn: async ({ signal }) =>
        (await api.stream('getProblemInstanceData', { params: { id }, signal })).text(),
      gcTime: 0,
    }),
};

export const executionQueries = {
  all: ['optimization', 'executions'] as const,
  lists: ['optimization', 'executions', 'list'] as const,
  list: (filter: ExecutionFilter) =>
    queryOptions({
      queryKey: [...executionQueries.lists, filter] as const,
      queryFn: ({ signal }) => api.listExecutions({ query: filter, signal }),
      placeholderData: keepPreviousData,
    }),
  detail: (id: string) =>
    queryOptions({
      queryKey: [...executionQueries.all, 'detail', id] as const,
      queryFn: ({ signal }) => api.getExecution({ params: { id }, signal }),
    }),
  parts: (id: string) => [...executionQueries.all, 'part', id] as const,
  part: (id: string, part: ExecutionPart) =>
    queryOptions({
      queryKey: [...executionQueries.parts(id), part] as const,
      queryFn: ({ signal }) => documentIn(api.stream('getExecutionPart', { params: { id, part }, signal })),
    }),
};

export const caseQueries = {
  all: ['optimization', 'cases'] as const,
  tree: (projectId: string | undefined) =>
    queryOptions({
      queryKey: [...caseQueries.all, 'tree', projectId ?? null] as const,
      queryFn: ({ signal }) => readCases(projectId, signal),
    }),
  detail: (id: string) =>
    queryOptions({
      queryKey: [...caseQueries.all, 'detail', id] as const,
      queryFn: ({ signal }) => api.getCase({ params: { id }, signal }),
    }),
  part: (id: string, part: CasePart) =>
    queryOptions({
      queryKey: [...caseQueries.all, 'part', id, part] as const,
      queryFn: ({ signal }) => documentIn(api.stream('getCasePart', { params: { id, part }, signal })),
    }),
  differences: (id: string, other: string) =>
    queryOptions({
      queryKey: [...caseQueries.all, 'differences', id, other] as const,
      queryFn: ({ signal }) => documentIn(api.stream('compareCases', { params: { id, other }, signal })),
    }),
};
