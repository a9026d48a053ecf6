import type { Client } from '@dumont/contracts/client';
import type { Command } from 'commander';
import type { Context, OpenContext } from '../../context.ts';
import { notFound } from '../../failure.ts';
import { harmless } from '../../output/text.ts';
import { findUser } from './find-user.ts';

/** The project that `--project` names, or the first one of every installation. */
const projectOf = async (context: Context): Promise<{ id: string; name: string }> => {
  const client = await context.client();
  const id = await context.projectId();
  const { items } = await client.listProjects();
  const found = items.find((project) => (id === undefined ? project.name === 'default' : project.id === id));
  if (found === undefined) throw notFound('Which project? Name it with --project.');
  return found;
};

const getMember = async (
  client: Client,
  project: { id: string; name: string },
  word: string,
): Promise<{ userId: string; email: string }> => {
  if (!word.includes('@')) {
    const { id, email } = await findUser(client, word);
    return { userId: id, email };
  }
  const { items } = await client.listMembers({ params: { id: project.id } });
  const member = items.find(({ email }) => email === word.toLowerCase());
  if (member !== undefined) return member;
  throw notFound(`${harmless(word)} is no member of the project ${harmless(project.name)}.`);
};

export const registerUserRole = (user: Command, open: OpenContext): void => {
  user
    .command('role')
    .summary('give a user a role')
    .description(
      'Give a user a role in a project (--project; "default" unless given), or with --installation for everything. "none" takes it away.',
    )
    .argument('<user>', 'e-mail, user name, number or id')
    .argument('<role>', 'one of "dumont role list", or none')
    .option('--installation', 'for the whole installation instead of a project')
    .action(async (word: string, role: string, options: { installation?: boolean }, command: Command) => {
      const context = open(command);
      const client = await context.client();
      if (options.installation === true) {
        const found = await findUser(client, word);
        const email = harmless(found.email);
        const changed = await client.updateUser({
          params: { id: found.id },
          body: { installationRole: role === 'none' ? null : role },
        });
        await context.out.result(changed, () =>
          role === 'none'
            ? `${email} holds no role for the whole installation.`
            : `${email} is now ${role} everywhere.`,
        );
        return;
      }
      const project = await projectOf(context);
      const where = `in the project ${harmless(project.name)}`;
      if (role === 'none') {
        const member = await getMember(client, project, word);
        const params = { id: project.id, userId: member.userId };
        await client.deleteMember({ params });
        await context.out.result(
          { ...params, role: null },
          () => `${harmless(member.email)} is no member ${where} any more.`,
        );
        return;
      }
      // By e-mail, members are added by those too who may not read the users.
      const member = word.includes('@')
        ? await client.addMember({ params: { id: project.id }, body: { email: word, role } })
        : await client.putMember({
            params: { id: project.id, userId: (await findUser(client, word)).id },
            body: { role },
          });
      await context.out.result(member, () => `${harmless(member.email)} is now ${member.role} ${where}.`);
    });
};
