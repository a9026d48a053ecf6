import { pythonRepr } from '../../optimization/index.ts';
import { DoorError } from '../door.ts';
import { kind, text, type Kind } from '../fields.ts';

const maxTitle = 256;
const maxDescription = 10_000;

/** Lists carry these, so that they are bounded. */
const bounded = (field: string, length: number): Kind<string> =>
  kind('string', (value, given) => {
    const read = text(value, given);
    if (read.length <= length) return read;
    const place = typeof given === 'string' ? 'form' : 'json';
    const fault = `Longer than maximum length ${length}.`;
    throw new DoorError(400, pythonRepr({ [place]: { [field]: [fault] } }));
  });

export const title = bounded('name', maxTitle);
export const description = bounded('description', maxDescription);

/** One that we make of another. */
export const derivedTitle = (made: string): string => made.slice(0, maxTitle);
