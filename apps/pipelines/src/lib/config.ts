import { readFile } from 'node:fs/promises';
import { fileFailure, PipelineFailure } from './failure.ts';

export interface PortalCredential {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

export interface FundSelection {
  /** 14 characters, no mask. */
  readonly cnpjs: readonly string[];
  readonly all: boolean;
}

export interface DownloadSettings {
  /** No byte for so long is a stall. */
  readonly stallSeconds: number;
  readonly attempts: number;
  /** Wait before the second attempt; doubled for each further one. */
  readonly backoffSeconds: number;
}

export interface PipelineConfig {
  readonly databaseUrl: string | undefined;
  /** `cvm`, `b3`, `bcb`, `anbima`: an http(s) base address or a folder. */
  readonly sources: Readonly<Record<string, string>>;
  readonly credentials: Readonly<Record<string, PortalCredential>>;
  readonly paths: Readonly<Record<string, string>>;
  readonly funds: Readonly<Record<string, FundSelection>>;
  readonly cacheFolder: string | undefined;
  readonly download: DownloadSettings;
}

const defaultSources = {
  cvm: 'https://dados.cvm.gov.br/dados',
  b3: 'https://bvmf.bmfbovespa.com.br/InstDados/SerHist',
  bcb: 'https://api.bcb.gov.br',
};

const defaultDownload: DownloadSettings = { stallSeconds: 30, attempts: 4, backoffSeconds: 2 };

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads one configuration object and remembers what is wrong with it, by path. */
class ConfigReader {
  readonly problems: string[] = [];

  object(value: unknown, path: string): JsonObject {
    if (value === undefined || value === null) return {};
    if (isObject(value)) return value;
    this.problems.push(`${path} must be an object`);
    return {};
  }

  text(value: unknown, path: string): string | undefined {
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value === 'string') return value;
    this.problems.push(`${path} must be a text`);
    return undefined;
  }

  texts(value: unknown, path: string): Record<string, string> {
    const result: Record<string, string> = {};
    for (const [key, entry] of Object.entries(this.object(value, path))) {
      const text = this.text(entry, `${path}.${key}`);
      if (text !== undefined) result[key] = text;
    }
    return result;
  }

  positive(value: unknown, path: string, fallback: number): number {
    if (value === undefined) return fallback;
    if (typeof value === 'number' && value > 0) return value;
    this.problems.push(`${path} must be a number above 0`);
    return fallback;
  }

  credentials(value: unknown): Record<string, PortalCredential> {
    const result: Record<string, PortalCredential> = {};
    for (const [key, entry] of Object.entries(this.object(value, 'credentials'))) {
      const { url, username, password } = this.texts(entry, `credentials.${key}`);
      if (url !== undefined && username !== undefined && password !== undefined)
        result[key] = { url, username, password };
    }
    return result;
  }

  funds(value: unknown): Record<string, FundSelection> {
    const result: Record<string, FundSelection> = {};
    for (const [system, entry] of Object.entries(this.object(value, 'funds'))) {
      const selection = this.object(entry, `funds.${system}`);
      const list = selection['fundos_selecionados'] ?? [];
      const isTexts = Array.isArray(list) && list.every((item) => typeof item === 'string');
      if (!isTexts) this.problems.push(`funds.${system}.fundos_selecionados must be a list of texts`);
      const cnpjs = isTexts
        ? list.map((cnpj: string) => cnpj.replaceAll(/[^0-9A-Za-z]/g, '').toUpperCase())
        : [];
      result[system] = { cnpjs, all: selection['usar_todos'] !== false };
    }
    return result;
  }
}

/** A credential with an empty field counts as not given, so that the run can name it instead of trying it. */
export function parseConfig(value: unknown): PipelineConfig {
  const reader = new ConfigReader();
  const root = reader.object(value, 'configuration');
  const download = reader.object(root['download'], 'download');
  const config: PipelineConfig = {
    databaseUrl: reader.text(root['databaseUrl'], 'databaseUrl'),
    sources: { ...defaultSources, ...reader.texts(root['sources'], 'sources') },
    credentials: reader.credentials(root['credentials']),
    paths: reader.texts(root['paths'], 'paths'),
    funds: reader.funds(root['funds']),
    cacheFolder: reader.text(root['cacheFolder'], 'cacheFolder'),
    download: {
      stallSeconds: reader.positive(
        download['stallSeconds'],
        'download.stallSeconds',
        defaultDownload.stallSeconds,
      ),
      attempts: reader.positive(download['attempts'], 'download.attempts', defaultDownload.attempts),
      backoffSeconds: reader.positive(
        download['backoffSeconds'],
        'download.backoffSeconds',
        defaultDownload.backoffSeconds,
      ),
    },
  };
  if (reader.problems.length > 0) throw new PipelineFailure(reader.problems.join('; '));
  return config;
}

export async function readConfig(file: string): Promise<PipelineConfig> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw fileFailure('cannot read the configuration', file, error);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the text, and the text holds passwords.
    throw new PipelineFailure('the configuration is not valid JSON');
  }
  return parseConfig(value);
}
