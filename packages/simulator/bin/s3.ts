import { parseArgs } from 'node:util';
import { startS3 } from '../src/s3/s3.ts';
import { systemClock } from './system-clock.ts';
import { toldToStop } from './told-to-stop.ts';

const usage = `node packages/simulator/bin/s3.ts --folder <folder> --bucket <name>... [--port <port>]
The keys are taken from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`;

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    bucket: { type: 'string', multiple: true },
    port: { type: 'string', default: '9000' },
  },
});
const accessKeyId = process.env['AWS_ACCESS_KEY_ID'];
const secretAccessKey = process.env['AWS_SECRET_ACCESS_KEY'];
if (!values.folder || !values.bucket || !accessKeyId || !secretAccessKey || !/^\d+$/.test(values.port)) {
  console.error(usage);
  process.exit(2);
}

const s3 = await startS3({
  port: Number(values.port),
  accessKeyId,
  secretAccessKey,
  buckets: values.bucket,
  folder: values.folder,
  clock: systemClock,
});
const stopped = toldToStop();
console.log(s3.url);
await stopped;
await s3[Symbol.asyncDispose]();
