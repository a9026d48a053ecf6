import type { ModuleLaunch } from './executors/executor.ts';

/**
 * `node [--option=value ...] module [argument ...]` of a manifest, with the modules that it says may be imported in
 * advance; undefined where it names none, or another program.
 */
export const toModuleLaunch = (
  { command, preload }: { readonly command: readonly string[]; readonly preload: readonly string[] | null },
  folder: string,
): (ModuleLaunch & { readonly arguments: readonly string[] }) | undefined => {
  const [program, ...words] = command;
  if (preload === null || program !== 'node') return undefined;
  const at = words.findIndex((word) => !word.startsWith('-'));
  return {
    options: words.slice(0, at),
    folder,
    main: words[at] ?? '',
    preload,
    arguments: words.slice(at + 1),
  };
};
