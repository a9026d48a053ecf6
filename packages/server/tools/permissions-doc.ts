import { writeFile } from 'node:fs/promises';
import {
  builtInRoles,
  installationPermissions,
  permissionsOf,
  type Access,
  type BuiltInRole,
  type Permission,
} from '@dumont/contracts/access';
import type { Route } from '@dumont/contracts/route';
import { routes } from '@dumont/contracts/routes';

/** Writes who may call what, from the `access` of the routes and the grants of the built-in roles. */
const roles = Object.keys(builtInRoles) as BuiltInRole[];

const reachOf = (role: BuiltInRole, access: Access): string => {
  if (access.kind === 'machine') return '';
  const needed = permissionsOf(access);
  if (needed.length === 0) return 'yes';
  const grants: readonly string[] = builtInRoles[role];
  if (grants.includes('*') || needed.some((permission) => grants.includes(permission))) return 'yes';
  return needed.some((permission) => grants.includes(`${permission}:own`)) ? 'own' : '';
};

const needOf = (access: Access): string => {
  if (access.kind === 'public') return 'nothing';
  if (access.kind === 'signed-in') return 'a sign-in';
  if (access.kind === 'machine') return 'the token of a machine';
  const needOfOne = (permission: Permission): string => {
    const isOverAll = (installationPermissions as readonly string[]).includes(permission);
    return `\`${permission}\`${isOverAll ? ' (installation)' : ''}`;
  };
  return permissionsOf(access).map(needOfOne).join(' or ');
};

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const tables = [...new Set(Object.values<Route>(routes).map(({ tag }) => tag))].map((tag) => {
  const rows = Object.values<Route>(routes)
    .filter((route) => route.tag === tag)
    .map(({ method, path, summary, access }) =>
      row([`\`${method} ${path}\``, summary, needOf(access), ...roles.map((role) => reachOf(role, access))]),
    );
  const head = ['Request', 'What it does', 'Needs', ...roles];
  return [`## ${tag}`, '', row(head), row(head.map(() => '---')), ...rows, ''].join('\n');
});

const introduction = `# Who may do what

Generated from the contract by \`packages/server/tools/permissions-doc.ts\`; \`npm run generate\` writes it again. The
test \`packages/server/test/authorization-matrix.test.ts\` tries every request below as every role, on one's own
objects, on those of others in the same project, and on those of a project one is not a member of.

\`yes\`: on everything in the project. \`own\`: on what one has made oneself. Empty: refused with 403. What one may
not see is answered with 404, as if it were not there. Permissions marked *(installation)* count only in a role that
is given for the whole installation; a role given so counts in every project.
`;

await writeFile(
  new URL('../../../docs/permissions.md', import.meta.url),
  `${introduction}\n${tables.join('\n')}`,
);
