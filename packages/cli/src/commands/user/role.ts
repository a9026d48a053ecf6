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
      const found = await findUser(client, word);
      const email = harmless(found.email);
      if (options.installation === true) {
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
      const params = { id: project.id, userId: found.id };
      const where = `in the project ${harmless(project.name)}`;
      if (role === 'none') {
        await client.deleteMember({ params });
        await context.out.result({ ...params, role: null }, () => `${email} is no member ${where} any more.`);
        return;
      }
      const member = await client.putMember({ params, body: { role } });
      await context.out.result(member, () => `${email} is now ${member.role} ${where}.`);
    });
};
