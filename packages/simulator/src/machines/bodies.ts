import type { CloudEvent } from '../cloud/index.ts';

/** What the provider's own calls do inside a machine. Undefined when it has no disk of its own to look at. */
export interface Inside {
  readLog(contractId: number, lines: number): Promise<string> | undefined;
  execute(contractId: number, argv: readonly string[]): Promise<string> | undefined;
}

/** Gives machines something that runs. Told of everything at once; it must not wait or throw there. */
export interface Bodies extends Inside, AsyncDisposable {
  onEvent(event: CloudEvent): void;
  /** The load of its GPUs was set. */
  onLoad(contractId: number): void;
}
