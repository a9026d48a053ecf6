import type { Manifest, SystemDefinition } from '@dumont/contracts/pipelines/manifest';
import { readManifests, type BrokenManifest } from './read-manifests.ts';

/** A pipeline that can be used. */
export interface Pipeline {
  readonly manifest: Manifest;
  /** Absolute folder of the manifest. */
  readonly folder: string;
  /** The configured folder that it was found in: its programs may import from beside it. */
  readonly root: string;
}

export interface CataloguedSystem {
  readonly definition: SystemDefinition;
  readonly pipeline: Pipeline;
}

/** The pipelines of this server, in the order of their ids. */
export interface Catalogue {
  readonly pipelines: readonly Pipeline[];
  readonly broken: readonly BrokenManifest[];
  /** Systems of all pipelines, in the order that they ask for. */
  readonly systems: readonly CataloguedSystem[];
  findPipeline(id: string): Pipeline | undefined;
  findSystem(id: string): CataloguedSystem | undefined;
  /** What cannot be used, by the id or the folder's name that a caller would know it by. */
  findBroken(id: string): BrokenManifest | undefined;
  /** Credential keys that systems ask for, with the ids of those systems. */
  readonly credentialKeys: ReadonlyMap<string, readonly string[]>;
  /** Path names, with the ids of the systems that write there. */
  readonly pathNames: ReadonlyMap<string, readonly string[]>;
  reload(): Promise<void>;
}

interface Loaded {
  readonly pipelines: readonly Pipeline[];
  readonly broken: readonly BrokenManifest[];
  readonly systems: readonly CataloguedSystem[];
  readonly byId: ReadonlyMap<string, CataloguedSystem>;
  readonly credentialKeys: ReadonlyMap<string, readonly string[]>;
  readonly pathNames: ReadonlyMap<string, readonly string[]>;
}

const load = async (folders: readonly string[]): Promise<Loaded> => {
  const { pipelines, broken } = await readManifests(folders);
  const systems = pipelines
    .flatMap((pipeline) => pipeline.manifest.systems.map((definition) => ({ definition, pipeline })))
    .toSorted(
      (a, b) => a.definition.order - b.definition.order || (a.definition.id < b.definition.id ? -1 : 1),
    );
  const credentialKeys = new Map<string, string[]>();
  const pathNames = new Map<string, string[]>();
  const add = (map: Map<string, string[]>, key: string, system: string): void => {
    map.set(key, [...(map.get(key) ?? []), system]);
  };
  for (const { definition, pipeline } of systems) {
    for (const key of definition.credentials) add(credentialKeys, key, definition.id);
    for (const name of new Set([...definition.paths, ...pipeline.manifest.paths]))
      add(pathNames, name, definition.id);
  }
  return {
    pipelines,
    broken,
    systems,
    byId: new Map(systems.map((system) => [system.definition.id, system])),
    credentialKeys,
    pathNames,
  };
};

/** Reads `<folder>/<pipeline>/manifest.json` of each folder. One that cannot be used does not keep the others back. */
export const createCatalogue = async (folders: readonly string[]): Promise<Catalogue> => {
  let loaded = await load(folders);
  return {
    get pipelines() {
      return loaded.pipelines;
    },
    get broken() {
      return loaded.broken;
    },
    get systems() {
      return loaded.systems;
    },
    get credentialKeys() {
      return loaded.credentialKeys;
    },
    get pathNames() {
      return loaded.pathNames;
    },
    findPipeline: (id) => loaded.pipelines.find(({ manifest }) => manifest.id === id),
    findSystem: (id) => loaded.byId.get(id),
    findBroken: (id) => loaded.broken.find((broken) => broken.id === id),
    reload: async () => {
      loaded = await load(folders);
    },
  };
};
