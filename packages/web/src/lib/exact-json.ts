/**
 * Documents of solver apps keep their numbers as they are written; JavaScript's own numbers do not. What a browser
 * cannot hold is carried as text (for reading) or as a `Figure` (for writing).
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

/** False in browsers that can only write numbers in their own way: `1.0` would become `1`. */
export const keepsNumbers = exact.rawJSON !== undefined;

/** Integers beyond what a number holds come as text; everything else as `JSON.parse` reads it. */
export const parseExact = (text: string): unknown =>
  exact.parse(text, (_, value, context) =>
    typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
      ? (context?.source ?? value)
      : value,
  );

/** A number that JavaScript would write otherwise than it stands in its document: `1.0`, `1e5`, 2^60. */
export class Figure {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  /** What `JSON.stringify` writes: the number as it stood. */
  toJSON(): unknown {
    return exact.rawJSON?.(this.source) ?? Number(this.source);
  }
}

/** The number that is written so; `source` must be a number of JSON. */
export const figureOf = (source: string): number | Figure => {
  const value = Number(source);
  return String(value) === source ? value : new Figure(source);
};

/** As `JSON.parse`, but numbers that it would change are figures; `JSON.stringify` writes them as they were. */
export const parseFigures = (text: string): unknown =>
  exact.parse(text, (_, value, context) =>
    typeof value === 'number' && context?.source !== undefined && String(value) !== context.source
      ? new Figure(context.source)
      : value,
  );

/** A member of the JSON object in `text`, as JSON whose numbers are written as there; undefined where it has none. */
export const memberText = (text: string, name: string): string | undefined => {
  const whole = parseFigures(text);
  if (typeof whole !== 'object' || whole === null) return undefined;
  const member = (whole as Record<string, unknown>)[name];
  return member === undefined ? undefined : JSON.stringify(member, null, 2);
};
