// Makes what is distributed: the agent, the command line and the functions for AWS Lambda in one file each, and the
// server's archive, which brings the console and the agent along.
import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buildAgent } from './build/agent.mjs';
import { buildCli } from './build/cli.mjs';
import { buildLambdas } from './build/lambda.mjs';
import { packServer } from './build/server.mjs';
import { root } from './root.mjs';

for (const path of [
  await buildAgent(),
  await buildCli(),
  ...(await buildLambdas()),
  packServer(root, join(root, 'dist')),
]) {
  const megabytes = statSync(path).size / 1e6;
  console.log(`${relative(root, path)}  ${megabytes.toFixed(1)} MB`);
}
