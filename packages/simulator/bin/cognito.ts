import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { startCognito } from '../src/cognito/cognito.ts';
import { systemClock } from './system-clock.ts';
import { toldToStop } from './told-to-stop.ts';

const usage = `node packages/simulator/bin/cognito.ts --pool <id> [--attribute custom:<name>]... [--port <port>]
A user pool in memory. The keys are taken from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`;

const { values } = parseArgs({
  options: {
    pool: { type: 'string' },
    attribute: { type: 'string', multiple: true, default: ['custom:consents'] },
    port: { type: 'string', default: '9229' },
  },
});
const accessKeyId = process.env['AWS_ACCESS_KEY_ID'];
const secretAccessKey = process.env['AWS_SECRET_ACCESS_KEY'];
if (!values.pool || !accessKeyId || !secretAccessKey || !/^\d+$/.test(values.port)) {
  console.error(usage);
  process.exit(2);
}

const cognito = await startCognito({
  port: Number(values.port),
  userPoolId: values.pool,
  customAttributes: values.attribute,
  accessKeyId,
  secretAccessKey,
  clock: systemClock,
  newId: randomUUID,
});
const stopped = toldToStop();
console.log(cognito.url);
await stopped;
await cognito[Symbol.asyncDispose]();
