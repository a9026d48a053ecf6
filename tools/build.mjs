// Makes what is distributed: the server's archive (with the console) and the command line in one file.
import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buildCli } from './build/cli.mjs';
import { packServer } from './build/server.mjs';
import { root } from './root.mjs';

for (const path of [await buildCli(), packServer(root, join(root, 'dist'))]) {
  const megabytes = statSync(path).size / 1e6;
  console.log(`${relative(root, path)}  ${megabytes.toFixed(1)} MB`);
}
