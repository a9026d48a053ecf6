/**
 * The embedded PostgreSQL cannot be used on this host or on this data folder. The text is for the operator: it says
 * what was found and which settings change it. A main that meets it prints the message and exits 78 (EX_CONFIG).
 */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';

  constructor(found: string, options?: ErrorOptions) {
    super(
      `The embedded PostgreSQL cannot be used: ${found} ` +
        'DUMONT_DATA_DIR chooses another data folder; DATABASE_URL names a PostgreSQL server to use instead of the embedded one.',
      options,
    );
  }
}
