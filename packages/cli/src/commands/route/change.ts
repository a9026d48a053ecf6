import { definitionOf } from '@dumont/contracts/gateway/definition-of';
import type { Command } from 'commander';
import type { OpenContext } from '../../context.ts';
import { usageError } from '../../failure.ts';
import { confirm } from '../../input/prompt.ts';
import { harmless } from '../../output/text.ts';
import { partsOf, type RouteOptions, withRouteOptions } from './definition.ts';
import { findRoute, routeReference } from './find-route.ts';

interface CreateOptions extends RouteOptions {
  readonly off?: boolean;
}

interface EditOptions extends CreateOptions {
  readonly name?: string;
  readonly on?: boolean;
}

export const registerRouteChange = (route: Command, open: OpenContext): void => {
  withRouteOptions(
    route
      .command('create')
      .summary('put a service behind the gateway')
      .description('Make a route. Every replica of the gateway has it within a second.')
      .argument('<name>', 'what to call it'),
  )
    .option('--off', 'make it, but let it take no requests yet')
    .addHelpText(
      'after',
      `
Examples:
  dumont route create Orders --path '/orders/{proxy+}' --upstream http://10.0.0.7:8080
  dumont route show Orders --definition > orders.json`,
    )
    .action(async (name: string, options: CreateOptions, command: Command) => {
      const context = open(command);
      const { path, upstreams, ...parts } = await partsOf(context.host, options);
      if (path === undefined) throw usageError('Which requests? Say --path, or "path" in a --file.');
      if (upstreams === undefined)
        throw usageError('Where do they go? Say --upstream, or "upstreams" in a --file.');
      const client = await context.client();
      const made = await client.createGatewayRoute({
        body: {
          ...(await context.inProject()),
          route: { ...parts, path, upstreams, name, ...(options.off === true ? { enabled: false } : {}) },
        },
      });
      await context.out.result(made, () =>
        made.enabled
          ? `Route "${harmless(made.name)}" is live within a second.`
          : `Route "${harmless(made.name)}" is made. It takes no requests yet.`,
      );
    });
  withRouteOptions(
    route
      .command('edit')
      .summary('change a route, or switch it on or off')
      .description('Change what is said of a route; the rest stays. Requests under way end as they began.')
      .argument('<route>', routeReference),
  )
    .option('--name <name>', 'what to call it')
    .option('--on', 'let it take requests')
    .option('--off', 'let it take no requests')
    .action(async (word: string, options: EditOptions, command: Command) => {
      if (Object.keys(options).length === 0)
        throw usageError('What is to change? See: dumont route edit --help');
      if (options.on === true && options.off === true) throw usageError('--on does not go with --off.');
      const context = open(command);
      const found = await findRoute(context, word);
      const before = definitionOf(found);
      const parts = await partsOf(context.host, options, before);
      const client = await context.client();
      const changed = await client.replaceGatewayRoute({
        params: { id: found.id },
        body: {
          ...before,
          ...parts,
          ...(options.name === undefined ? {} : { name: options.name }),
          ...(options.on === true ? { enabled: true } : {}),
          ...(options.off === true ? { enabled: false } : {}),
        },
      });
      await context.out.result(changed, () =>
        changed.enabled
          ? `Route "${harmless(changed.name)}" is changed.`
          : `Route "${harmless(changed.name)}" is changed. It takes no requests.`,
      );
    });
  route
    .command('delete')
    .alias('rm')
    .summary('delete a route')
    .description('Delete a route with its figures. The service behind it is not touched.')
    .argument('<route>', routeReference)
    .option('-y, --yes', 'do not ask')
    .action(async (word: string, options: { yes?: boolean }, command: Command) => {
      const context = open(command);
      const found = await findRoute(context, word);
      const name = harmless(found.name);
      await confirm(
        context.host,
        `Requests for ${found.hosts.join(', ')}${found.path} will be answered 404, unless another route takes them.`,
        options,
      );
      const client = await context.client();
      await client.deleteGatewayRoute({ params: { id: found.id } });
      await context.out.result(
        { id: found.id, name: found.name, deleted: true },
        () => `Route "${name}" is deleted.`,
      );
    });
};
