import { maxDocumentBytes } from '@dumont/contracts/optimization/instances';
import { AppError } from '../../kernel/errors.ts';
import { pack, unpackBytes, unpackedLength, type Packed } from '../../kernel/packed/packed.ts';
import { createSlots } from '../../kernel/slots.ts';
import type { App } from './apps/catalogue.ts';
import type { SchemaName } from './apps/read-apps.ts';
import { SchemaError, type SchemaFault } from './documents/validation.ts';
import { DocumentError, JsonDocument, readDocument, type DocumentLimits } from './documents/document.ts';
import { answerIn, documentOf, examine, faultsOf, type Question } from './documents/examination.ts';
import { indicatorsOf } from './documents/indicators.ts';
import { TooMuchMemory, type Examiner } from './documents/examiner.ts';
import { PatchError } from './documents/patch.ts';

/** A document as it comes: text, or read already as a part of another. */
export type Given = string | JsonDocument;

const unusable = (what: string, error: DocumentError): AppError => {
  const reason = `${error.message.replace(/\.$/, '')} (line ${error.line}, column ${error.column})`;
  return new AppError('optimization.document', { what, reason }, { cause: error });
};

const ours = { maxBytes: maxDocumentBytes };

/** A document of a user, read. Throws `optimization.document`; `what` names it to them. */
export const readGiven = (what: string, text: Given | Uint8Array): JsonDocument => {
  if (text instanceof JsonDocument) return text;
  try {
    return readDocument(text, ours);
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    throw unusable(what, error);
  }
};

/** What does not fit a schema, for doors that word it in their own way. */
export class SchemaFaults extends Error {
  override readonly name = 'SchemaFaults';
  readonly faults: readonly SchemaFault[];

  constructor(faults: readonly SchemaFault[]) {
    super(`${faults.length} faults`);
    this.faults = faults;
  }
}

/** Above this the event loop would be blocked for longer than 10 ms: measured, on one core of a small server. */
const examinedElsewhereBytes = 256 * 1024;

const sizeOf = (given: Given | Uint8Array): number =>
  given instanceof JsonDocument ? given.bytes.length : Buffer.byteLength(given);
const isElsewhere = (given: Given | Uint8Array): boolean => {
  const bytes = sizeOf(given);
  // What is too long is refused at once.
  return bytes >= examinedElsewhereBytes && bytes <= maxDocumentBytes;
};

/** Of kept ones: 64 MB may be as many kilobytes until they are looked at, one after the other, by the examiner. */
const longAtOnce = { maxInFlight: 2, maxWaiting: 200 };

/** Exactly as it was given. */
const packedOf = async (given: Given | Packed): Promise<Packed> => {
  if (Buffer.isBuffer(given)) return given;
  return pack(typeof given === 'string' ? Buffer.from(given) : given.whole);
};

/** What is kept of a document that fits its schema. */
export interface CheckedDocument {
  readonly packed: Packed;
  readonly hash: string;
  /** Of a solution, as lists show them. */
  readonly indicators: string;
}

/** Documents as they come in, the large ones read, checked and hashed beside the event loop. */
export const createDocuments = ({ examiner }: { examiner: Pick<Examiner, 'ask'> }) => {
  const ask = async (question: Question) => answerIn(await examiner.ask(question));
  const named = async <T>(what: string, found: Promise<T>): Promise<T> => {
    try {
      return await found;
    } catch (error) {
      if (error instanceof DocumentError) throw unusable(what, error);
      const isMemory = error instanceof TooMuchMemory;
      if (!isMemory && !(error instanceof PatchError)) throw error;
      const reason = isMemory ? 'it takes more memory than there is for it' : error.message;
      throw new AppError('optimization.document', { what, reason }, { cause: error });
    }
  };
  const scan = async (bytes: Uint8Array, limits: DocumentLimits): Promise<JsonDocument> => {
    if (!isElsewhere(bytes)) return readDocument(bytes, limits);
    const answer = await ask({ given: bytes, limits, schema: undefined });
    if (answer.kind !== 'read') throw new TypeError('A document was checked and not read.');
    return documentOf(answer.tape, limits);
  };

  const long = createSlots(longAtOnce);
  /** Does the work on texts of documents as they are kept, which nobody may hold on to. */
  const unpacked = async <T>(
    kept: readonly Packed[],
    work: (bytes: number, ...texts: Buffer[]) => Promise<T>,
  ): Promise<T> => {
    const bytes = kept.reduce((sum, each) => sum + unpackedLength(each), 0);
    const run = async (): Promise<T> => work(bytes, ...(await Promise.all(kept.map(unpackBytes))));
    return bytes < examinedElsewhereBytes ? run() : long.run(run);
  };

  const write = async (question: Exclude<Question, { given: unknown }>, bytes: number): Promise<string> => {
    const answer = bytes < examinedElsewhereBytes ? answerIn(examine(question)) : await ask(question);
    if (answer.kind !== 'written') throw new TypeError('Nothing was written.');
    return answer.text;
  };

  const check = async (
    app: App,
    name: SchemaName,
    given: Given | Uint8Array,
  ): Promise<readonly SchemaFault[] | Omit<CheckedDocument, 'packed'>> => {
    if (!isElsewhere(given)) {
      const document = readGiven(name, given);
      const faults = app.schemas[name].validate(document.value(), document);
      return faults.length > 0 ? faults : { hash: document.hash(), indicators: indicatorsOf(document) };
    }
    const schema = app.schemaTexts[name];
    const question =
      given instanceof JsonDocument
        ? // Read already, and if it was read there, in memory that both threads see.
          { given: { tape: given.tape, root: given.root }, limits: given.limits, schema }
        : { given, limits: ours, schema };
    const answer = await named(name, ask(question));
    if (answer.kind === 'has_faults') return faultsOf(answer.faults);
    if (answer.kind !== 'fits') throw new TypeError('A document was not checked.');
    return answer;
  };

  /**
   * Of what is given, or kept already. Throws `optimization.document`, `optimization.app_broken`, and
   * `optimization.schema`, whose issues name table, row, key and value of each fault.
   */
  const readChecked = async (app: App, name: SchemaName, given: Given | Packed): Promise<CheckedDocument> => {
    const checking = Buffer.isBuffer(given)
      ? unpacked([given], (_, text) => check(app, name, text))
      : check(app, name, given);
    const found = await checking.catch((error: unknown) => {
      if (!(error instanceof SchemaError)) throw error;
      const reason = `its schema ${name}: ${error.message}`;
      throw new AppError('optimization.app_broken', { id: app.id, reason }, { cause: error });
    });
    if ('hash' in found) {
      const { hash, indicators } = found;
      return { packed: await packedOf(given), hash, indicators };
    }
    throw new AppError(
      'optimization.schema',
      { what: name, count: found.length, first: found[0]?.message ?? '' },
      {
        cause: new SchemaFaults(found),
        issues: found.map(({ path, message, rule, params }) => ({
          path: `${name}${path}`,
          message,
          rule,
          params,
        })),
      },
    );
  };

  return {
    /** Throws `optimization.document`; `what` names it to the user. */
    read: (what: string, bytes: Uint8Array): Promise<JsonDocument> => named(what, scan(bytes, ours)),
    /** For doors that have words of their own. Throws a `DocumentError`, or `TooMuchMemory`. */
    scan,
    readChecked,
    /** What is kept after all operations of a patch (RFC 6902). Throws what `readChecked` does, of `patch` as well. */
    readPatched: (app: App, name: SchemaName, kept: Packed, given: Given): Promise<CheckedDocument> =>
      unpacked([kept], async (bytes, document) => {
        const patch = typeof given === 'string' ? given : given.bytes;
        const question = { document, patch, limits: ours };
        return readChecked(app, name, await named('patch', write(question, bytes + sizeOf(given))));
      }),
    /** Operations of RFC 6902 that turn one into the other. */
    compare: (from: Packed, to: Packed): Promise<string> =>
      unpacked([from, to], (bytes, fromText, toText) =>
        named('document', write({ from: fromText, to: toText, limits: ours }, bytes)),
      ),
  };
};
export type Documents = ReturnType<typeof createDocuments>;
