import type { Case } from '@dumont/contracts/optimization/cases';
import type { Command } from 'commander';
import type { OpenContext } from '../../context.ts';
import { shortId } from '../../input/find-one.ts';
import { confirm } from '../../input/prompt.ts';
import { harmless } from '../../output/text.ts';
import { caseReference, findCase, findFolder, folderReference } from './find-case.ts';

const called = ({ id, name, isFolder }: Case): string =>
  `${isFolder ? 'Folder' : 'Case'} ${shortId(id)} (${harmless(name)})`;

export const registerCaseChange = (group: Command, open: OpenContext): void => {
  group
    .command('rename')
    .summary('rename a case or a folder')
    .description('Rename a case or a folder.')
    .argument('<case>', caseReference)
    .argument('<name>', 'what it is called from now on')
    .action(async (word: string, name: string, _options: unknown, command: Command) => {
      const { out, client: connect } = open(command);
      const client = await connect();
      const { id } = await findCase(client, word);
      const renamed = await client.updateCase({ params: { id }, body: { name } });
      await out.result(renamed, () => `${called(renamed)} is renamed.`);
    });
  group
    .command('move')
    .summary('put a case or a folder into a folder')
    .description('Put a case or a folder into another folder.')
    .argument('<case>', caseReference)
    .argument('<folder>', folderReference)
    .action(async (word: string, folder: string, _options: unknown, command: Command) => {
      const { out, client: connect } = open(command);
      const client = await connect();
      const { id } = await findCase(client, word);
      const moved = await client.updateCase({
        params: { id },
        body: { parentId: await findFolder(client, folder) },
      });
      await out.result(moved, () => `${called(moved)} is moved.`);
    });
  group
    .command('copy')
    .summary('copy a case beside itself')
    .description('Copy a case beside itself.')
    .argument('<case>', caseReference)
    .action(async (word: string, _options: unknown, command: Command) => {
      const { out, client: connect } = open(command);
      const client = await connect();
      const { id } = await findCase(client, word);
      const copy = await client.copyCase({ params: { id } });
      await out.result(copy, () => `${called(copy)} is a copy.`);
    });
  group
    .command('delete')
    .alias('rm')
    .summary('delete a case, or a folder with all that is in it')
    .description('Delete a case, or a folder with all that is in it.')
    .argument('<case>', caseReference)
    .option('-y, --yes', 'do not ask')
    .action(async (word: string, options: { yes?: boolean }, command: Command) => {
      const { out, host, client: connect } = open(command);
      const client = await connect();
      const found = await findCase(client, word);
      await confirm(
        host,
        `${called(found)} is deleted for good${found.isFolder ? ', with all that is in it' : ''}.`,
        options,
      );
      await client.deleteCase({ params: { id: found.id } });
      await out.result({ id: found.id, deleted: true }, () => `${called(found)} is deleted.`);
    });
};
