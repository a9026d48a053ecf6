/**
 * One text of the words of findings that belong together: what it is about, then what is known of it, each a sentence
 * of its own.
 */
export const joinFindings = ([about, ...known]: readonly string[]): string => {
  const sentences = known.map((text, index) =>
    index === known.length - 1 || /[.!?…]$/.test(text) ? text : `${text}.`,
  );
  return [about, sentences.join(' ')].filter(Boolean).join(': ');
};
