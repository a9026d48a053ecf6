import { text } from 'node:stream/consumers';
import { ModelFileError } from './builder.ts';
import { parseLp } from './lp.ts';
import { parseMps } from './mps.ts';

/**
 * `node convert.ts mps|lp [--maximize]`: a model file on standard input, the instance on standard output. What a file
 * says of its sense goes before the option.
 */
const [ending, ...options] = process.argv.slice(2);
try {
  const file = await text(process.stdin);
  const model =
    ending === 'lp' ? parseLp(file) : parseMps(file, { minimize: !options.includes('--maximize') });
  process.stdout.write(JSON.stringify(model));
} catch (error) {
  if (!(error instanceof ModelFileError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
