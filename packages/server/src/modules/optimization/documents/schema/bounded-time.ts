import { createContext, Script, type Context } from 'node:vm';
import { SchemaError } from './schema-error.ts';

const script = new Script('work()');
let context: Context | undefined;

/**
 * Ends work that takes too long, wherever it is: schemas and patterns come from users, and one short pattern can take
 * years over a short text. Costs 0.2 ms.
 */
export const inBoundedTime = <T>(timeoutMs: number, work: () => T): T => {
  context ??= createContext({});
  let result: { readonly value: T } | undefined;
  context.work = () => {
    result = { value: work() };
  };
  try {
    script.runInContext(context, { timeout: timeoutMs });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    const problem = `Checking against the schema took longer than ${timeoutMs / 1000} s`;
    throw new SchemaError('too_slow', problem, { cause: error });
  } finally {
    context.work = undefined;
  }
  return (result as { readonly value: T }).value;
};
