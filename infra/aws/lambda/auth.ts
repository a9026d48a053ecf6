import { systemClock } from '../../../packages/server/src/kernel/clock.ts';
import { createLogger } from '../../../packages/server/src/kernel/log.ts';
import { createServerlessAuthenticate } from '../../../packages/server/src/modules/customers/serverless.ts';
import { readAuthSettings } from './environment.ts';
import { readProxyEvent, writeProxyAnswer } from './events.ts';

const log = createLogger('info', { write: (line) => void process.stdout.write(line) });
const settings = await readAuthSettings(process.env);
const authenticate = createServerlessAuthenticate({ ...settings, clock: systemClock, log });

/** `POST /auth` behind a REST or an HTTP API. */
export const handler = async (event: unknown) => writeProxyAnswer(await authenticate(readProxyEvent(event)));
