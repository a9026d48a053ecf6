import { z } from 'zod';
import { ProviderError, type ProviderCall, type ProviderErrorKind } from '../provider.ts';
import type { ProviderResponse } from '../transport.ts';
import { identifier, maybe } from './numbers.ts';

const Failure = z.looseObject({
  success: maybe(z.boolean()),
  error: maybe(z.string()),
  msg: maybe(z.string()),
  detail: maybe(z.string()),
  new_contract: maybe(identifier),
});
export type Failure = Partial<z.output<typeof Failure>>;

const wordsOf = (failure: Failure): string =>
  [failure.error, failure.msg, failure.detail].filter(Boolean).join(': ').slice(0, 500);

const invalidKey = /auth_error|invalid user key/i;
/** The two texts of a limit; some doors say it with another status than 429. */
const tooFrequent = /requests too frequent|endpoint threshold/i;
/** The doors of the provider say it in their own words each. */
const noSuchMachine =
  /no_such_instance|instances_not_found|no such instance|instance not found|invalid instance_id/i;
const unavailable = /resources_unavailable|currently unavailable/i;
const noSuchOffer = /no_such_ask|no longer available|not available|no_longer_available/i;

const kindOf = (status: number, failure: Failure, call: ProviderCall): ProviderErrorKind => {
  const words = wordsOf(failure);
  if (status === 429 || tooFrequent.test(words)) return 'rate_limited';
  if (status === 401 || status === 403 || invalidKey.test(words)) return 'auth';
  if (status >= 500 || status === 408 || (status >= 300 && status < 400)) return 'blind';
  if (call === 'create' && (status === 410 || noSuchOffer.test(words))) return 'no_capacity';
  // It was made stopped: a bid that loses, or GPUs that went to somebody else meanwhile. Nothing else is said of it.
  if (call === 'create' && status < 300 && words === '' && failure.new_contract !== undefined)
    return 'no_capacity';
  // Its start is queued until the GPUs are free again.
  if (call === 'start' && unavailable.test(words)) return 'no_capacity';
  // That a machine is gone must be said in words: any server in between answers 404.
  if (call === 'find' && !noSuchMachine.test(words) && status === 404) return 'blind';
  if (status === 404 || noSuchMachine.test(words)) return 'not_found';
  // 410 is also how the provider says that one of its addresses is no longer served.
  if (status === 410) return failure.error === 'deprecated_endpoint' ? 'invalid' : 'gone';
  return 'invalid';
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

export type Answer =
  | { readonly ok: true; readonly json: unknown }
  | { readonly ok: false; readonly error: ProviderError; readonly failure: Failure };

/** What a response says: success with its JSON, or the error that it is. */
export const readAnswer = (response: ProviderResponse, call: ProviderCall): Answer => {
  const { status, body } = response;
  const json = parseJson(body);
  const isSuccess = status >= 200 && status < 300;
  const parsed = Failure.safeParse(json);
  const failure: Failure = parsed.success ? parsed.data : {};
  if (isSuccess && json !== undefined && failure.success !== false) return { ok: true, json };
  const fail = (kind: ProviderErrorKind, text: string): Answer => ({
    ok: false,
    failure,
    error: new ProviderError(kind, call, text),
  });
  if (status === 429) return fail('rate_limited', wordsOf(failure) || 'too many requests');
  if (!parsed.success) return fail('blind', `an answer that is not ours to read (HTTP ${status})`);
  return fail(kindOf(status, failure, call), wordsOf(failure) || `HTTP ${status}`);
};

/** The JSON of a success in its shape; throws the ProviderError otherwise. */
export const expectAnswer = <T extends z.ZodType>(
  response: ProviderResponse,
  call: ProviderCall,
  shape: T,
): z.output<T> => {
  const answer = readAnswer(response, call);
  if (!answer.ok) throw answer.error;
  return parseAnswer(answer.json, call, shape);
};

/** A success in another shape than promised says nothing that could be relied on. */
export const parseAnswer = <T extends z.ZodType>(
  json: unknown,
  call: ProviderCall,
  shape: T,
): z.output<T> => {
  const parsed = shape.safeParse(json);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0];
  throw new ProviderError(
    'blind',
    call,
    `the answer has another shape than expected at ${where?.path.join('.') || 'its top'}`,
  );
};
