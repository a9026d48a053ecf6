import type { Client } from '@dumont/contracts/client';
import type { Command } from 'commander';
import { notFound } from './failure.ts';
import type { Host } from './host.ts';
import { closest } from './input/closest.ts';
import { createOutput, type Output } from './output/output.ts';
import { type ConfigFile, createConfigFile } from './session/config-file.ts';
import { chooseUrl } from './session/server-url.ts';
import { openSession, type Session } from './session/session.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly url?: string;
  readonly project?: string;
  readonly color: boolean;
}

/** What an action works with. */
export interface Context {
  readonly host: Host;
  readonly out: Output;
  readonly configFile: ConfigFile;
  /** The server that is meant; `named` (an argument of the command) goes before `--url`. */
  url(named?: string): Promise<string>;
  session(): Promise<Session>;
  client(): Promise<Client>;
  /** The project that `--project` or DUMONT_PROJECT names; undefined where none is: the server decides. */
  projectId(): Promise<string | undefined>;
  /** `{projectId}` or nothing, to be spread into a query or a body. */
  inProject(): Promise<{ projectId?: string }>;
  readonly outcome: Outcome;
}

/** What is left of a command when it has ended. */
export interface Outcome {
  /** Not 0 when the command went through and its result is a failure that the shell should see. */
  exitCode: number;
  /** The server that was asked last, for the text of a failure. */
  url: string;
}

export type OpenContext = (command: Command) => Context;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export const isId = (text: string): boolean => uuid.test(text);

const findProject = async (client: Client, name: string): Promise<string> => {
  if (isId(name)) return name;
  const { items } = await client.listProjects();
  const found = items.find((project) => project.name === name);
  if (found !== undefined) return found.id;
  const names = items.map((project) => project.name);
  throw notFound(
    `There is no project "${name}"${closest(name, names)}. You see: ${names.join(', ') || 'none'}.`,
  );
};

export const createContext = (host: Host, options: GlobalOptions, outcome: Outcome): Context => {
  const configFile = createConfigFile(host);
  let session: Promise<Session> | undefined;
  let project: Promise<string> | undefined;

  const context: Context = {
    host,
    configFile,
    outcome,
    out: createOutput(host, { json: options.json === true, colours: options.color }),
    url: async (named) => {
      const config = await configFile.read();
      outcome.url = chooseUrl(named ?? options.url, host.environment['DUMONT_URL'], config);
      return outcome.url;
    },
    session: () => (session ??= context.url().then((url) => openSession(host, configFile, url))),
    client: async () => (await context.session()).client,
    projectId: async () => {
      const name = options.project ?? host.environment['DUMONT_PROJECT'];
      if (name === undefined || name === '') return undefined;
      project ??= context.client().then((client) => findProject(client, name));
      return project;
    },
    inProject: async () => {
      const projectId = await context.projectId();
      return projectId === undefined ? {} : { projectId };
    },
  };
  return context;
};
