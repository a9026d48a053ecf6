/** Fills `{name}` from the parameters; undefined where one is missing. */
export const fillText = (template: string, params: Readonly<Record<string, unknown>>): string | undefined => {
  let complete = true;
  const text = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    complete &&= params[name] !== undefined;
    return String(params[name]);
  });
  return complete ? text : undefined;
};
