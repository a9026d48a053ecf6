import { JsonDocument, readDocument, type DocumentLimits } from './document.ts';
import { DocumentError, type DocumentFault } from './document-error.ts';
import type { Tape } from './json-tape.ts';
import { indicatorsOf } from './indicators.ts';
import { applyPatch, diffDocuments, PatchError } from './patch.ts';
import type { PatchFault } from './patch-error.ts';
import { SchemaError, type SchemaProblem } from './schema/schema-error.ts';
import { schemaOf, type CompiledSchema, type SchemaFault } from './validation.ts';

/** A text to be read, or a part of one that was, and where a schema's text comes with it, to be held against that. */
interface Reading {
  readonly given: string | Uint8Array | { readonly tape: Tape; readonly root: number };
  readonly limits: DocumentLimits;
  readonly schema: string | undefined;
}
/** A text to be changed by operations of RFC 6902. */
interface Patching {
  readonly document: Uint8Array;
  readonly patch: string | Uint8Array;
  readonly limits: DocumentLimits;
}
/** Two texts of which one is to be turned into the other by such operations. */
interface Comparison {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  readonly limits: DocumentLimits;
}
/** It passes between threads. */
export type Question = Reading | Patching | Comparison;

/** A fault whose text for Cornflow is written already. */
type WrittenFault = Omit<SchemaFault, 'cornflowText'> & { readonly cornflowText: string };

export type Examination =
  | { readonly kind: 'read'; readonly tape: Tape }
  | { readonly kind: 'fits'; readonly hash: string; readonly indicators: string }
  | { readonly kind: 'written'; readonly text: string }
  | { readonly kind: 'has_faults'; readonly faults: readonly WrittenFault[] }
  | {
      readonly kind: 'no_document';
      readonly code: DocumentFault;
      readonly message: string;
      readonly line: number;
      readonly column: number;
    }
  | { readonly kind: 'no_schema'; readonly code: SchemaProblem; readonly message: string }
  | { readonly kind: 'no_patch'; readonly code: PatchFault; readonly message: string };

const remembered = 20;
const schemas = new Map<string, CompiledSchema>();

const rememberedSchema = (text: string): CompiledSchema => {
  const schema = schemas.get(text) ?? schemaOf(text);
  schemas.delete(text);
  schemas.set(text, schema);
  const [oldest] = schemas.keys();
  if (schemas.size > remembered && oldest !== undefined) schemas.delete(oldest);
  return schema;
};

const hold = (document: JsonDocument, schema: CompiledSchema): Examination => {
  const faults = schema.validate(document.value(), document);
  if (faults.length === 0) return { kind: 'fits', hash: document.hash(), indicators: indicatorsOf(document) };
  return {
    kind: 'has_faults',
    faults: faults.map((fault) => ({ ...fault, cornflowText: fault.cornflowText() })),
  };
};

const read = ({ given, limits, schema }: Reading): Examination => {
  const isRead = typeof given === 'object' && 'tape' in given;
  const document = isRead ? documentOf(given.tape, limits, given.root) : readDocument(given, limits);
  if (schema === undefined) return { kind: 'read', tape: document.tape };
  return hold(document, rememberedSchema(schema));
};

const answer = (question: Question): Examination => {
  if ('given' in question) return read(question);
  const documentIn = (text: string | Uint8Array): JsonDocument => readDocument(text, question.limits);
  const text =
    'patch' in question
      ? applyPatch(documentIn(question.document), documentIn(question.patch))
      : diffDocuments(documentIn(question.from), documentIn(question.to));
  return { kind: 'written', text };
};

/** What comes of a question, also where reading, checking or patching throws. */
export const examine = (question: Question): Examination => {
  try {
    return answer(question);
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof DocumentError) {
      const { code, line, column } = error;
      return { kind: 'no_document', code, message, line, column };
    }
    if (error instanceof SchemaError) return { kind: 'no_schema', code: error.code, message };
    if (error instanceof PatchError) return { kind: 'no_patch', code: error.code, message };
    throw error;
  }
};

type Answer = Exclude<Examination, { kind: 'no_document' | 'no_schema' | 'no_patch' }>;

/** What was found, on the side that asked. Throws what reading, checking and patching throw. */
export const answerIn = (examination: Examination): Answer => {
  if (examination.kind === 'no_document')
    throw new DocumentError(examination.code, examination.message, examination);
  if (examination.kind === 'no_schema') throw new SchemaError(examination.code, examination.message);
  if (examination.kind === 'no_patch') throw new PatchError(examination.code, examination.message);
  return examination;
};

export const documentOf = (tape: Tape, limits: DocumentLimits, root = 0): JsonDocument => {
  // A buffer passes between threads as plain bytes.
  const bytes = Buffer.from(tape.bytes.buffer, tape.bytes.byteOffset, tape.bytes.byteLength);
  return new JsonDocument({ ...tape, bytes }, root, limits);
};

export const faultsOf = (written: readonly WrittenFault[]): readonly SchemaFault[] =>
  written.map((fault) => ({ ...fault, cornflowText: () => fault.cornflowText }));
