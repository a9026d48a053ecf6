import { z } from 'zod';
import { holdersOf, signedIn } from '../access.ts';
import { Email, Id, IdParams, Slug, text, Timestamp } from '../primitives.ts';
import { route } from '../route.ts';

export const Project = z
  .strictObject({
    id: Id,
    name: z.string(),
    description: z.string(),
    createdAt: Timestamp,
    members: z.number().int(),
  })
  .meta({ id: 'Project' });
export type Project = z.infer<typeof Project>;

export const Member = z
  .strictObject({ userId: Id, name: z.string(), email: z.string(), role: z.string(), since: Timestamp })
  .meta({ id: 'Member' });

const MemberParams = z.strictObject({ id: Id, userId: Id });

export const listProjects = route({
  method: 'GET',
  path: '/api/v1/projects',
  tag: 'projects',
  summary: 'The projects that I may see',
  access: signedIn,
  response: z.strictObject({ items: z.array(Project) }),
});

export const createProject = route({
  method: 'POST',
  path: '/api/v1/projects',
  tag: 'projects',
  summary: 'Make a project; its maker becomes its operator',
  access: holdersOf('projects:write'),
  body: z.strictObject({ name: Slug, description: text(500).or(z.literal('')).default('') }),
  status: 201,
  response: Project,
  errors: ['project.name_taken'],
});

export const updateProject = route({
  method: 'PATCH',
  path: '/api/v1/projects/{id}',
  tag: 'projects',
  summary: 'Rename or describe a project',
  access: holdersOf('projects:write'),
  params: IdParams,
  body: z.strictObject({ name: Slug.optional(), description: text(500).or(z.literal('')).optional() }),
  response: Project,
  errors: ['project.not_found', 'project.name_taken'],
});

export const deleteProject = route({
  method: 'DELETE',
  path: '/api/v1/projects/{id}',
  tag: 'projects',
  summary: 'Delete a project that owns nothing any more',
  access: holdersOf('projects:write'),
  params: IdParams,
  status: 204,
  errors: ['project.not_found', 'project.not_empty'],
});

export const listMembers = route({
  method: 'GET',
  path: '/api/v1/projects/{id}/members',
  tag: 'projects',
  summary: 'Who belongs to a project',
  access: holdersOf('members:read'),
  params: IdParams,
  response: z.strictObject({ items: z.array(Member) }),
  errors: ['project.not_found'],
});

export const putMember = route({
  method: 'PUT',
  path: '/api/v1/projects/{id}/members/{userId}',
  tag: 'projects',
  summary: 'Add a member, or give them another role',
  access: holdersOf('members:write'),
  params: MemberParams,
  body: z.strictObject({ role: text(64) }),
  response: Member,
  errors: ['project.not_found', 'user.not_found', 'role.not_found', 'role.escalation'],
});

export const addMember = route({
  method: 'POST',
  path: '/api/v1/projects/{id}/members',
  tag: 'projects',
  summary: 'Add whoever has this e-mail, or give them another role: for those who may not read the users',
  access: holdersOf('members:write'),
  params: IdParams,
  body: z.strictObject({ email: Email, role: text(64) }),
  response: Member,
  errors: ['project.not_found', 'user.not_found', 'role.not_found', 'role.escalation'],
});

export const deleteMember = route({
  method: 'DELETE',
  path: '/api/v1/projects/{id}/members/{userId}',
  tag: 'projects',
  summary: 'Remove a member',
  access: holdersOf('members:write'),
  params: MemberParams,
  status: 204,
  errors: ['project.not_found', 'member.not_found'],
});
