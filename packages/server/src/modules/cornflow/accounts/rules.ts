import { DoorError } from '../door.ts';

const sign = /[!¡?¿#$%&'()*+\-_./:;,<>=@[\]^`{}|~"\\]/;

/** What a password needs, in the words of Cornflow. */
export const assertPassword = (password: string, minLength: number): void => {
  if (password.length < minLength) {
    throw new DoorError(400, `Password must contain at least ${minLength} characters.`);
  }
  // Longer ones only cost: whoever hashes them does so for each guess.
  if (password.length > 200) throw new DoorError(400, 'Password must contain at most 200 characters.');
  if (password === password.toLowerCase() || password === password.toUpperCase()) {
    throw new DoorError(400, 'Password must contain uppercase and lowercase letters.');
  }
  if (!/\d/.test(password) || !sign.test(password)) {
    throw new DoorError(400, 'Password must contain at least one number and one special character.');
  }
};

export const assertEmail = (email: string): void => {
  if (email.length > 128 || !/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)*\.[^\s@.]{2,}$/.test(email)) {
    throw new DoorError(400, 'Invalid email address.');
  }
};

/** What is shown of a name as a whole; the user name of who has none. */
export const joinName = (
  first: string | null | undefined,
  last: string | null | undefined,
  username: string,
): string => [first, last].filter((part) => (part ?? '') !== '').join(' ') || username;
