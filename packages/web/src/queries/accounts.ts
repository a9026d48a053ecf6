import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { RouteInput } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import { api } from '../lib/api.ts';

export type UserFilter = RouteInput<Routes['listUsers']>['query'];
export type AuditFilter = RouteInput<Routes['listAudit']>['query'];

export const userQueries = {
  all: ['users'] as const,
  list: (filter: UserFilter) =>
    queryOptions({
      queryKey: [...userQueries.all, 'list', filter] as const,
      queryFn: ({ signal }) => api.listUsers({ query: filter, signal }),
      placeholderData: keepPreviousData,
    }),
};

export const roleQueries = {
  all: ['roles'] as const,
  list: () =>
    queryOptions({
      queryKey: [...roleQueries.all, 'list'] as const,
      queryFn: ({ signal }) => api.listRoles({ signal }),
    }),
  permissions: () =>
    queryOptions({
      queryKey: ['permissions'] as const,
      queryFn: ({ signal }) => api.listPermissions({ signal }),
      staleTime: Infinity,
    }),
};

export const memberQueries = {
  all: ['members'] as const,
  list: (projectId: string) =>
    queryOptions({
      queryKey: [...memberQueries.all, projectId] as const,
      queryFn: ({ signal }) => api.listMembers({ params: { id: projectId }, signal }),
    }),
};

export const tokenQueries = {
  list: () =>
    queryOptions({ queryKey: ['tokens'] as const, queryFn: ({ signal }) => api.listTokens({ signal }) }),
};

export const sshKeyQueries = {
  list: () =>
    queryOptions({ queryKey: ['ssh-keys'] as const, queryFn: ({ signal }) => api.listSshKeys({ signal }) }),
};

export const auditQueries = {
  list: (filter: AuditFilter) =>
    queryOptions({
      queryKey: ['audit', filter] as const,
      queryFn: ({ signal }) => api.listAudit({ query: filter, signal }),
      placeholderData: keepPreviousData,
    }),
};
