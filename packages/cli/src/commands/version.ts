import type { Command } from 'commander';
import type { OpenContext } from '../context.ts';
import { createAnonymousClient } from '../session/session.ts';
import { version } from '../version.ts';

export const registerVersion = (program: Command, open: OpenContext): void => {
  program
    .command('version')
    .summary('versions of this CLI and of the server')
    .description('Print the versions of this CLI, of its Node, and of the server where it answers.')
    .action(async (_options: unknown, command: Command) => {
      const context = open(command);
      const { host, out } = context;
      const url = await context.url();
      const server = await createAnonymousClient(host, url)
        .health()
        .then((health) => health.version)
        .catch(() => null);
      const { runtime } = host;
      await out.result(
        { cli: version, node: runtime.version, server: { url, version: server } },
        () =>
          `dumont ${version} (Node ${runtime.version}, ${runtime.platform} ${runtime.arch})\nserver ${server ?? 'not reached'} (${url})`,
      );
    });
};
