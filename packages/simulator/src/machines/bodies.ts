import type { CloudEvent } from '../cloud/index.ts';

/** Gives machines something that runs. Told of every event at once; it must not wait or throw there. */
export interface Bodies extends AsyncDisposable {
  onEvent(event: CloudEvent): void;
}
