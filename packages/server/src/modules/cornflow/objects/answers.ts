import { AppError } from '../../../kernel/errors.ts';
import { DoorError, type DoorAnswer } from '../door.ts';
import { jsonContent, type Json } from './json-text.ts';

export const ok = (value: Json): DoorAnswer => ({ status: 200, ...jsonContent(value) });
export const created = (value: Json): DoorAnswer => ({ status: 201, ...jsonContent(value) });
export const said = (message: string): DoorAnswer => ({ status: 200, json: { message } });

export const deleted = said('The object has been deleted');
export const updated = said('Updated correctly');

/** Words of its own for what is not there. */
export const orMissing = <T>(found: Promise<T>, message: string): Promise<T> =>
  found.catch((error: unknown) => {
    throw error instanceof AppError && error.status === 404 ? new DoorError(404, message) : error;
  });
