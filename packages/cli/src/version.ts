import manifest from '../package.json' with { type: 'json' };

/** Of this CLI; server and CLI are released together. */
export const version: string = manifest.version;
