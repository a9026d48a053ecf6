import { parsePointer } from '../json-pointer.ts';
import { isObject, type Step } from './spot.ts';

export interface Target {
  readonly schema: unknown;
  readonly location: readonly Step[];
}

const atPointer = (root: unknown, pointer: string): Target | undefined => {
  const location = parsePointer(pointer);
  if (location === undefined) return undefined;
  let schema = root;
  for (const step of location) {
    if (typeof schema !== 'object' || schema === null || !Object.hasOwn(schema, step)) return undefined;
    schema = (schema as Record<string, unknown>)[step];
  }
  return { schema, location };
};

const atAnchor = (root: unknown, name: string, location: readonly Step[] = []): Target | undefined => {
  if (isObject(root) && (root.$anchor === name || root.$id === `#${name}`)) return { schema: root, location };
  if (typeof root !== 'object' || root === null) return undefined;
  for (const [step, child] of Object.entries(root)) {
    const found = atAnchor(child, name, [...location, step]);
    if (found !== undefined) return found;
  }
  return undefined;
};

const decode = (fragment: string): string => {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
};

/** What a `$ref` within the same schema names; undefined where it leads out of it or to an embedded schema's own. */
export const resolveReference = (root: unknown, reference: string): Target | undefined => {
  const id = isObject(root) && typeof root.$id === 'string' ? root.$id.replace(/#$/, '') : '';
  const [base, fragment = ''] = reference.split('#', 2) as [string, string?];
  if (base !== '' && base !== id) return undefined;
  const name = decode(fragment);
  return name === '' || name.startsWith('/') ? atPointer(root, name) : atAnchor(root, name);
};
