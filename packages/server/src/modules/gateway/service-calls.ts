import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { request, type Dispatcher } from 'undici';
import type { Caller } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import { createIdentityHeaders, type SignAssertion } from './plane/identity-headers.ts';
import type { UserConsumers } from './verifiers/users.ts';

export interface ServiceCall {
  readonly method: Dispatcher.HttpMethod;
  /** With its query. */
  readonly path: string;
  readonly body?: { readonly type: string; readonly content: string | Buffer };
  readonly requestId: string;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly content: Buffer;
}

/** A service did not answer, or not in bounds: what it was asked for may have been done. */
export class ServiceUnreachable extends Error {
  override readonly name = 'ServiceUnreachable';
}

/**
 * Asks a service that the server runs itself, which stands behind the gateway, for a user who is signed in here. It
 * hears of the user what it would hear from the gateway, signed by the same keys, and decides the same.
 */
export interface ServiceCalls {
  /** Where the service with this audience is; undefined where none is run. */
  find(audience: string): Promise<string | undefined>;
  /** Throws `ServiceUnreachable`. */
  ask(
    at: { readonly url: string; readonly audience: string },
    caller: Caller,
    call: ServiceCall,
  ): Promise<ServiceAnswer>;
}

/** Somebody looks at the console meanwhile. */
const answerMs = 5000;
const maxAnswerBytes = 8 * 1024 * 1024;

export const createServiceCalls = (deps: {
  readonly routes: () => Promise<readonly GatewayRoute[]>;
  readonly consumerOf: UserConsumers;
  /** In which its users have their roles. */
  readonly projectId: string;
  readonly clock: Clock;
  readonly sign: SignAssertion;
}): ServiceCalls => {
  const identityHeaders = createIdentityHeaders(deps);
  return {
    find: async (audience) => {
      // Only the server names these: an address that users gave is never told who somebody is from here.
      const own = (await deps.routes()).find(
        ({ managedBy, identityAudience }) => managedBy === 'system' && identityAudience === audience,
      );
      return own?.upstreams[0]?.url;
    },
    ask: async ({ url, audience }, caller, { method, path, body, requestId }) => {
      const identity = await identityHeaders.of(deps.consumerOf(caller, deps.projectId), audience);
      try {
        const answer = await request(new URL(path, url), {
          method,
          headers: [
            ...identity,
            'x-request-id',
            requestId,
            ...(body === undefined ? [] : ['content-type', body.type]),
          ],
          body: body?.content ?? null,
          signal: AbortSignal.timeout(answerMs),
        });
        return { status: answer.statusCode, content: await readBounded(answer.body) };
      } catch (cause) {
        throw new ServiceUnreachable(`the service for ${audience} did not answer`, { cause });
      }
    },
  };
};

const readBounded = async (body: AsyncIterable<Buffer>): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new RangeError(`its answer is longer than ${maxAnswerBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
