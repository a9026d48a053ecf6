import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import type { Outbound } from '../../../kernel/outbound/outbound.ts';

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/ }) });
const KeySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) });

/** The published keys of an issuer, found by discovery unless their address is given. Throws where they cannot be read. */
export const readKeySet = async (
  { issuer, jwksUrl }: { readonly issuer: string; readonly jwksUrl?: string | undefined },
  outbound: Pick<Outbound, 'request'>,
): Promise<JSONWebKeySet> => {
  const readJson = async (url: string): Promise<unknown> => {
    const { status, body } = await outbound.request(url, {
      timeoutMs: 5000,
      maxBytes: 256 * 1024,
      maxRedirects: 2,
    });
    if (status !== 200) throw new Error(`${url} answered ${status}`);
    return JSON.parse(body.toString('utf8')) as unknown;
  };
  if (jwksUrl !== undefined) return KeySet.parse(await readJson(jwksUrl));
  const found = Discovery.parse(
    await readJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`),
  );
  if (found.issuer !== issuer) throw new Error(`the discovery document of ${issuer} is of ${found.issuer}`);
  return KeySet.parse(await readJson(found.jwks_uri));
};
