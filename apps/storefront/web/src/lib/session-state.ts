import { useEffect, useState } from 'react';

const read = (key: string): unknown => {
  try {
    const text = sessionStorage.getItem(key);
    return text === null ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
};

/** State that a reload of the page keeps, and the end of the visit forgets: others may use this device next. */
export const useSessionState = <Value>(
  key: string,
  first: Value,
): readonly [Value, (next: Value | ((before: Value) => Value)) => void] => {
  const [value, setValue] = useState<Value>(() => (read(key) as Value | undefined) ?? first);
  useEffect(() => sessionStorage.setItem(key, JSON.stringify(value)), [key, value]);
  return [value, setValue];
};
