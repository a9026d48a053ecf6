import { ApiError, UnreachableError } from '@dumont/contracts/client';
import type { Command } from 'commander';
import type { OpenContext } from '../context.ts';
import { CliError, reachReason } from '../failure.ts';

export const registerLogout = (program: Command, open: OpenContext): void => {
  program
    .command('logout')
    .summary('sign out')
    .description(
      'End the session at the server and forget it here. A saved API token is only forgotten here.',
    )
    .option('--everywhere', 'end all your sessions, on all computers')
    .action(async (options: { everywhere?: boolean }, command: Command) => {
      const context = open(command);
      const { out, configFile } = context;
      const url = await context.url();
      const profile = (await configFile.read()).profiles[url];
      if (profile === undefined) {
        await out.result({ server: url, signedOut: false }, () => `You were not signed in to ${url}.`);
        return;
      }
      if (profile.credentials.kind === 'session' || options.everywhere === true) {
        const session = await context.session();
        try {
          await session.client.logout({ body: { everywhere: options.everywhere === true } });
        } catch (error) {
          if (error instanceof UnreachableError) {
            await out.warn(
              `The server cannot be reached (${reachReason(error)}): the session is forgotten here and ends there by itself.`,
            );
          } else if (!(error instanceof CliError || (error instanceof ApiError && error.status === 401))) {
            throw error;
          }
        }
      }
      await configFile.change(async (config) => {
        const { [url]: _, ...profiles } = config.profiles;
        return [{ ...config, profiles }, undefined];
      });
      await out.result({ server: url, signedOut: true }, () => `Signed out of ${url}.`);
    });
};
