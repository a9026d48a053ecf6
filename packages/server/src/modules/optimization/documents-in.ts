import { maxDocumentBytes } from '@dumont/contracts/optimization/instances';
import { AppError } from '../../kernel/errors.ts';
import type { App } from './apps/catalogue.ts';
import type { SchemaName } from './apps/read-apps.ts';
import { SchemaError, type SchemaFault } from './documents/validation.ts';
import { DocumentError, JsonDocument, readDocument } from './documents/document.ts';

/** A document as it comes: text, or read already as a part of another. */
export type Given = string | Uint8Array | JsonDocument;

/** A document of a user, read. Throws `optimization.document`; `what` names it to them. */
export const readGiven = (what: string, text: Given): JsonDocument => {
  if (text instanceof JsonDocument) return text;
  try {
    return readDocument(text, { maxBytes: maxDocumentBytes });
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    const reason = `${error.message.replace(/\.$/, '')} (line ${error.line}, column ${error.column})`;
    throw new AppError('optimization.document', { what, reason }, { cause: error });
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

const faultsOf = (app: App, name: SchemaName, document: JsonDocument): readonly SchemaFault[] => {
  try {
    return app.schemas[name].validate(document.value(), document);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    const reason = `its schema ${name}: ${error.message}`;
    throw new AppError('optimization.app_broken', { id: app.id, reason }, { cause: error });
  }
};

/** Throws `optimization.schema`, whose issues name table, row, key and value of each fault. */
export const checkGiven = (app: App, name: SchemaName, document: JsonDocument): void => {
  const faults = faultsOf(app, name, document);
  const [first] = faults;
  if (first === undefined) return;
  throw new AppError(
    'optimization.schema',
    { what: name, count: faults.length, first: first.message },
    {
      cause: new SchemaFaults(faults),
      issues: faults.map(({ path, message }) => ({ path: `${name}${path}`, message })),
    },
  );
};

export const readChecked = (app: App, name: SchemaName, text: Given): JsonDocument => {
  const document = readGiven(name, text);
  checkGiven(app, name, document);
  return document;
};
