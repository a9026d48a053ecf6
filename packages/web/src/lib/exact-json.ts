/**
 * Documents of solver apps keep their numbers as they are written; JavaScript's own numbers do not. What a browser
 * cannot hold is carried as text (for reading) or untouched (for writing).
 */

type Reviver = (
  this: unknown,
  key: string,
  value: unknown,
  context?: { readonly source?: string },
) => unknown;
/** Beyond the library's types: the source of a number, and JSON that is written as it stands. */
interface ExactJson {
  readonly parse: (text: string, reviver: Reviver) => unknown;
  readonly rawJSON?: (text: string) => unknown;
}
const exact = JSON as unknown as ExactJson;

/** Integers beyond what a number holds come as text; everything else as `JSON.parse` reads it. */
export const parseExact = (text: string): unknown =>
  exact.parse(text, (_, value, context) =>
    typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
      ? (context?.source ?? value)
      : value,
  );

/** A member of the JSON object in `text`, as JSON whose numbers are written as there; undefined where it has none. */
export const memberText = (text: string, name: string): string | undefined => {
  const whole = exact.parse(text, (_, value, context) =>
    typeof value === 'number' && context?.source !== undefined && exact.rawJSON !== undefined
      ? exact.rawJSON(context.source)
      : value,
  );
  if (typeof whole !== 'object' || whole === null) return undefined;
  const member = (whole as Record<string, unknown>)[name];
  return member === undefined ? undefined : JSON.stringify(member, null, 2);
};
