/** A path of a route, ready to be compared: `{name}` takes one segment, `{name+}` at the end all that follow. */
export interface PathTemplate {
  readonly text: string;
  readonly segments: readonly Segment[];
  readonly rest: string | undefined;
}
/** A word that must be there, or the name of a parameter. */
export type Segment = { readonly word: string } | { readonly name: string };

export const parseTemplate = (text: string): PathTemplate => {
  const parts = text.slice(1).split('/');
  const rest = /^\{(\w+)\+\}$/.exec(parts.at(-1) ?? '')?.[1];
  return {
    text,
    rest,
    segments: (rest === undefined ? parts : parts.slice(0, -1)).map((part) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      return name === undefined ? { word: part } : { name };
    }),
  };
};

/** `{id}` and `{key}` take the same paths: two templates of one shape are in each other's way. */
export const shapeOf = ({ segments, rest }: PathTemplate): string =>
  `/${[...segments.map((segment) => ('word' in segment ? segment.word : '{}')), ...(rest === undefined ? [] : ['{+}'])].join('/')}`;

/** What is asked of the upstream where its path differs from the client's; both templates have the same names. */
export const rewriter = (from: PathTemplate, to: PathTemplate): ((segments: readonly string[]) => string) => {
  const places = new Map(
    from.segments.flatMap((segment, index) => ('name' in segment ? [[segment.name, index]] : [])),
  );
  return (given) => {
    const parts = to.segments.map((segment) =>
      'word' in segment ? segment.word : (given[places.get(segment.name) ?? -1] ?? ''),
    );
    if (to.rest !== undefined) parts.push(...given.slice(from.segments.length));
    return `/${parts.join('/')}`;
  };
};
