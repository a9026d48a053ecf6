import { parseArgs } from 'node:util';
import { startSite, type Fault } from './site.ts';

/**
 * node apps/pipelines/testing/serve.ts --folder F [--port P] [--fault kind:path[:times]]
 *
 * Serves a folder that generate.ts wrote under the paths of the public sites: sources.cvm is URL/dados, sources.b3
 * URL/InstDados/SerHist, sources.bcb URL, sources.anbima URL/anbima. A fault is stall, cut, corrupt, page, no_answer
 * or a status such as 503, for paths that contain the given text.
 */
const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    port: { type: 'string', default: '0' },
    fault: { type: 'string', multiple: true, default: [] },
  },
});

function parseFault(text: string): Fault {
  const [kind = '', path = '', times] = text.split(':');
  const base = { path, ...(times === undefined ? {} : { times: Number(times) }) };
  if (/^\d{3}$/.test(kind)) return { ...base, kind: 'status', status: Number(kind) };
  if (['stall', 'cut', 'corrupt', 'page', 'no_answer'].includes(kind))
    return { ...base, kind: kind as Fault['kind'] };
  throw new Error(`--fault ${text}: unknown kind ${kind}`);
}

if (values.folder === undefined) throw new Error('--folder is missing');
const site = await startSite({ folder: values.folder, port: Number(values.port) });
for (const fault of values.fault) site.addFault(parseFault(fault));
process.stdout.write(`${site.url}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void site[Symbol.asyncDispose]());
