import { type Command, InvalidArgumentError, Option } from 'commander';
import type { OpenContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { harmless } from '../../output/text.ts';
import { formatDuration } from '../../output/units.ts';
import { readDocument } from '../documents.ts';
import { methods } from './definition.ts';
import { findRoute, routeReference } from './find-route.ts';

interface TestOptions {
  readonly method: (typeof methods)[number];
  readonly header?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly fail?: boolean;
}

const header = (text: string, before: TestOptions['header'] = {}): TestOptions['header'] => {
  const at = text.indexOf(':');
  if (at < 1) throw new InvalidArgumentError('it must be written "name: value"');
  return { ...before, [text.slice(0, at).trim().toLowerCase()]: text.slice(at + 1).trim() };
};

export const registerRouteTest = (route: Command, open: OpenContext): void => {
  route
    .command('test')
    .summary('send a request through the gateway')
    .description(
      'Send a request through the gateway as a client would. The body goes to stdout, the rest to stderr.',
    )
    .argument('<route>', routeReference)
    .argument('<target>', 'path and query that the route takes, such as /orders/7?full=1')
    .addOption(new Option('-X, --method <method>', 'how').choices(methods).default('GET'))
    .option('-H, --header <name: value>', 'a header, again for more', header)
    .option('-d, --body <text>', 'what is sent; @file for a file, @- for stdin')
    .option('--fail', 'exit 1 when the answer is 400 or above')
    .action(async (word: string, target: string, options: TestOptions, command: Command) => {
      const context = open(command);
      const { out, host, outcome } = context;
      const { id } = await findRoute(context, word);
      const { body } = options;
      const sent = body?.startsWith('@') ? await readDocument(host, body.slice(1)) : body;
      const client = await context.client();
      const answer = await client.testGatewayRoute({
        params: { id },
        body: {
          method: options.method,
          target,
          headers: options.header ?? {},
          ...(sent === undefined ? {} : { body: sent }),
        },
      });
      if (options.fail === true && answer.status >= 400) outcome.exitCode = exitCodes.failed;
      if (out.json) return out.result(answer, () => '');
      const tone = answer.status >= 400 ? 'bad' : 'good';
      await out.note(
        [
          `${out.noteStyle.paint(tone, String(answer.status))} in ${formatDuration(answer.tookMs / 1000)}`,
          ...Object.entries(answer.headers).map(
            ([name, value]) => `${out.noteStyle.paint('quiet', name)}: ${harmless(value)}`,
          ),
          ...(answer.truncated ? ['The first 64 KiB of the body:'] : []),
        ].join('\n'),
      );
      if (answer.body !== '') await out.write(answer.body.endsWith('\n') ? answer.body : `${answer.body}\n`);
    });
};
