import type { App } from '../apps/catalogue.ts';
import type { JsonDocument } from '../documents/document.ts';

interface ConfigSchema {
  readonly properties?: Readonly<Record<string, { readonly default?: unknown } | boolean>>;
}

/**
 * The configuration, an object, with the defaults of its schema where it names no value of its own; as text, because its numbers
 * are the user's.
 */
export const configToStart = (app: App, config: JsonDocument): string => {
  const { properties = {} } = JSON.parse(app.schemaTexts.config) as ConfigSchema;
  const given = config.value() as object;
  const missing = Object.entries(properties).flatMap(([name, property]) =>
    typeof property === 'boolean' || property.default === undefined || Object.hasOwn(given, name)
      ? []
      : `${JSON.stringify(name)}:${JSON.stringify(property.default)}`,
  );
  if (missing.length === 0) return config.text;
  const inner = config.text.trim().slice(1, -1).trim();
  return `{${[...(inner === '' ? [] : [inner]), ...missing].join(',')}}`;
};
