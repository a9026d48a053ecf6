import { systemClock } from '../../../packages/server/src/kernel/clock.ts';
import { createLogger } from '../../../packages/server/src/kernel/log.ts';
import { createServerlessValidate } from '../../../packages/server/src/modules/customers/serverless.ts';
import { authorize, isAuthorizerEvent } from './authorizer.ts';
import { readValidateSettings } from './environment.ts';
import { readProxyEvent, writeProxyAnswer } from './events.ts';

const log = createLogger('info', { write: (line) => void process.stdout.write(line) });
const settings = await readValidateSettings(process.env);
const { validate, verify } = createServerlessValidate({ ...settings, clock: systemClock, log });

/** `POST /validate` behind a REST or an HTTP API, and the authorizer of either. */
export const handler = async (event: unknown): Promise<unknown> =>
  isAuthorizerEvent(event)
    ? authorize(event, verify)
    : writeProxyAnswer(await validate(readProxyEvent(event)));
