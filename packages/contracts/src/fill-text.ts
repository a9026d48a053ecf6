/** Fills each `{name}` of a text. */
export const fillText = (text: string, show: (name: string) => string): string =>
  text.replaceAll(/\{(\w+)\}/g, (_, name: string) => show(name));
