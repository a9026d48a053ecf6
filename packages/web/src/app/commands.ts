import type { LucideIcon } from 'lucide-react';
import { useEffect } from 'react';
import { create } from 'zustand';

export interface Command {
  readonly id: string;
  readonly label: string;
  /** Further words that find it. */
  readonly keywords?: string;
  readonly icon?: LucideIcon;
  readonly run: () => void;
}

interface Commands {
  readonly scopes: ReadonlyMap<string, readonly Command[]>;
  readonly open: boolean;
}

export const useCommandStore = create<Commands>()(() => ({ scopes: new Map(), open: false }));

export const openPalette = (open: boolean): void => useCommandStore.setState({ open });

/**
 * Offers commands in the palette (Ctrl K) for as long as the component is shown. `scope` names who offers them;
 * `commands` must be kept by `useMemo`, or it registers at each render.
 */
export const useCommands = (scope: string, commands: readonly Command[]): void => {
  useEffect(() => {
    useCommandStore.setState(({ scopes }) => ({ scopes: new Map(scopes).set(scope, commands) }));
    return () =>
      useCommandStore.setState(({ scopes }) => {
        const next = new Map(scopes);
        next.delete(scope);
        return { scopes: next };
      });
  }, [scope, commands]);
};
