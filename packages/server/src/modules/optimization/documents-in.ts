import { maxDocumentBytes } from '@dumont/contracts/optimization/instances';
import { AppError } from '../../kernel/errors.ts';
import { pack, type Packed } from '../../kernel/packed/packed.ts';
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

/** What is kept of a document that fits its schema. */
export interface CheckedDocument {
  /** Exactly as it was given. */
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

  /** Of both texts together it depends where the work is done. */
  const write = async (question: Exclude<Question, { given: unknown }>, bytes: number): Promise<string> => {
    const answer = bytes < examinedElsewhereBytes ? answerIn(examine(question)) : await ask(question);
    if (answer.kind !== 'written') throw new TypeError('Nothing was written.');
    return answer.text;
  };

  const check = async (
    app: App,
    name: SchemaName,
    given: Given,
  ): Promise<readonly SchemaFault[] | CheckedDocument> => {
    if (isElsewhere(given)) {
      const schema = app.schemaTexts[name];
      const question =
        typeof given === 'string'
          ? { given, limits: ours, schema }
          : // Read already, and if it was read there, in memory that both threads see.
            { given: { tape: given.tape, root: given.root }, limits: given.limits, schema };
      const answer = await named(name, ask(question));
      if (answer.kind === 'has_faults') return faultsOf(answer.faults);
      if (answer.kind === 'read') throw new TypeError('A document was read and not checked.');
      const { hash, indicators } = answer;
      return {
        packed: await pack(typeof given === 'string' ? Buffer.from(given) : given.whole),
        hash,
        indicators,
      };
    }
    const document = readGiven(name, given);
    const faults = app.schemas[name].validate(document.value(), document);
    if (faults.length > 0) return faults;
    return { packed: await pack(document.whole), hash: document.hash(), indicators: indicatorsOf(document) };
  };

  return {
    /** Throws `optimization.document`; `what` names it to the user. */
    read: (what: string, bytes: Uint8Array): Promise<JsonDocument> => named(what, scan(bytes, ours)),
    /** The text after all operations of a patch (RFC 6902). Throws `optimization.document` of `patch`. */
    patch: (document: Uint8Array, given: Given): Promise<string> => {
      const patch = typeof given === 'string' ? given : given.bytes;
      return named('patch', write({ document, patch, limits: ours }, document.length + sizeOf(given)));
    },
    /** Operations of RFC 6902 that turn one into the other. */
    compare: (from: Uint8Array, to: Uint8Array): Promise<string> =>
      named('document', write({ from, to, limits: ours }, from.length + to.length)),
    /** For doors that have words of their own. Throws a `DocumentError`, or `TooMuchMemory`. */
    scan,
    /**
     * Throws `optimization.document`, `optimization.app_broken`, and `optimization.schema`, whose issues name table,
     * row, key and value of each fault.
     */
    readChecked: async (app: App, name: SchemaName, given: Given): Promise<CheckedDocument> => {
      const found = await check(app, name, given).catch((error: unknown) => {
        if (!(error instanceof SchemaError)) throw error;
        const reason = `its schema ${name}: ${error.message}`;
        throw new AppError('optimization.app_broken', { id: app.id, reason }, { cause: error });
      });
      if ('packed' in found) return found;
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
    },
  };
};
export type Documents = ReturnType<typeof createDocuments>;
