import { readFileSync } from 'node:fs';

/** The part of `manifest.json` that the pipeline itself needs; the server validates the whole. */
export interface SystemManifest {
  readonly id: string;
  readonly label: string;
  readonly options: readonly OptionManifest[];
  readonly credentials: readonly string[];
  readonly paths: readonly string[];
}

export interface OptionManifest {
  readonly name: string;
  readonly type: 'boolean' | 'text' | 'choice';
  readonly default: boolean | string;
  readonly choices?: readonly string[];
}

export interface PipelineManifest {
  readonly id: string;
  readonly database: 'funds' | null;
  readonly systems: readonly SystemManifest[];
}

/** The manifest ships beside the main that reads it, so its shape is ours. */
export function readManifest(url: URL): PipelineManifest {
  return JSON.parse(readFileSync(url, 'utf8')) as PipelineManifest;
}
