-- Who may use the installation, what they may do, and what they did.

CREATE TABLE roles (
  id uuid PRIMARY KEY,
  name text NOT NULL CONSTRAINT roles_name_key UNIQUE,
  description text NOT NULL,
  built_in boolean NOT NULL,
  of_folder boolean NOT NULL DEFAULT false,
  grants text[] NOT NULL,
  created_at timestamptz NOT NULL
);
COMMENT ON TABLE roles IS 'Sets of grants. Built-in ones are written from the code at each start, those of a folder from its file.';

CREATE TABLE users (
  id uuid PRIMARY KEY,
  number integer GENERATED ALWAYS AS IDENTITY CONSTRAINT users_number_key UNIQUE,
  email text NOT NULL CONSTRAINT users_email_key UNIQUE CHECK (email = lower(email)),
  email_confirmed boolean NOT NULL,
  username text NOT NULL,
  name text NOT NULL,
  locale text,
  password_hash text,
  must_change_password boolean NOT NULL DEFAULT false,
  source text NOT NULL CHECK (source IN ('local', 'ldap', 'oidc')),
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'disabled')),
  installation_role_id uuid REFERENCES roles (id),
  last_login_at timestamptz,
  created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX users_username_key ON users (lower(username));
COMMENT ON COLUMN users.locale IS 'What they chose; null: the language of the installation.';
CREATE INDEX users_by_installation_role ON users (installation_role_id) WHERE installation_role_id IS NOT NULL;
COMMENT ON COLUMN users.number IS 'What compatible clients see as the id of a user.';
COMMENT ON COLUMN users.email_confirmed IS 'An administrator or an identity provider vouched for the address: only then may a login of another source be joined to this user by it.';

CREATE TABLE projects (
  id uuid PRIMARY KEY,
  name text NOT NULL CONSTRAINT projects_name_key UNIQUE,
  description text NOT NULL,
  is_default boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX projects_one_default ON projects (is_default) WHERE is_default;

CREATE TABLE project_members (
  project_id uuid NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users (id),
  role_id uuid NOT NULL REFERENCES roles (id),
  since timestamptz NOT NULL,
  PRIMARY KEY (project_id, user_id)
);
CREATE INDEX project_members_by_user ON project_members (user_id);
CREATE INDEX project_members_by_role ON project_members (role_id);

CREATE TABLE user_identities (
  issuer text NOT NULL,
  subject text NOT NULL,
  user_id uuid NOT NULL REFERENCES users (id),
  created_at timestamptz NOT NULL,
  PRIMARY KEY (issuer, subject)
);
COMMENT ON TABLE user_identities IS 'How identity providers call a user.';

CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id),
  kind text NOT NULL CHECK (kind IN ('token', 'cookie')),
  audience text NOT NULL,
  address text,
  user_agent text,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX sessions_by_user ON sessions (user_id) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
COMMENT ON TABLE sessions IS 'One sign-in: the family of the refresh tokens that follow from it.';
COMMENT ON COLUMN sessions.audience IS 'The door at which it was opened: it is renewed there and nowhere else.';

CREATE TABLE refresh_tokens (
  sha256 bytea PRIMARY KEY,
  session_id uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  issued_at timestamptz NOT NULL,
  replaced_at timestamptz
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);
COMMENT ON TABLE refresh_tokens IS 'Replaced ones stay as long as their session, so that showing one again is recognised.';

CREATE TABLE api_tokens (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id),
  name text NOT NULL,
  prefix text NOT NULL,
  sha256 bytea NOT NULL CONSTRAINT api_tokens_sha256_key UNIQUE,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz,
  expires_at timestamptz,
  audience text,
  read_only boolean NOT NULL DEFAULT false,
  CONSTRAINT api_tokens_keys_end CHECK (audience IS NULL OR expires_at IS NOT NULL),
  CONSTRAINT api_tokens_read_only_keys CHECK (audience IS NOT NULL OR NOT read_only)
);
CREATE INDEX api_tokens_by_user ON api_tokens (user_id);
COMMENT ON COLUMN api_tokens.audience IS 'The one door that takes it, as the key that a user has there; null for all of them.';

CREATE TABLE ssh_keys (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id),
  name text NOT NULL,
  algorithm text NOT NULL,
  fingerprint text NOT NULL CONSTRAINT ssh_keys_fingerprint_key UNIQUE,
  public_key text NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX ssh_keys_by_user ON ssh_keys (user_id);

CREATE TABLE user_settings (
  user_id uuid PRIMARY KEY REFERENCES users (id),
  deployment jsonb NOT NULL,
  mail jsonb NOT NULL,
  updated_at timestamptz NOT NULL
);
COMMENT ON COLUMN user_settings.deployment IS 'What a deployment takes that leaves it out; what is left out here too is the house''s.';
COMMENT ON COLUMN user_settings.mail IS 'About which of their machines'' fates they are mailed.';

CREATE TABLE tickets (
  sha256 bytea PRIMARY KEY,
  purpose text NOT NULL CHECK (purpose IN ('websocket', 'download')),
  session_id uuid NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX tickets_by_expiry ON tickets (expires_at);
COMMENT ON COLUMN tickets.session_id IS 'The session or API token that asked for the ticket.';

CREATE TABLE signing_keys (
  id text PRIMARY KEY,
  public_jwk jsonb NOT NULL,
  sealed_private_jwk bytea NOT NULL,
  created_at timestamptz NOT NULL
);
COMMENT ON TABLE signing_keys IS 'Keys of our access tokens. The newest signs; older ones verify until no token of theirs can live.';

CREATE TABLE login_attempts (
  key text PRIMARY KEY,
  failures integer NOT NULL,
  last_failure_at timestamptz NOT NULL,
  locked_until timestamptz
);
CREATE INDEX login_attempts_by_time ON login_attempts (last_failure_at);
COMMENT ON COLUMN login_attempts.key IS 'Hash of an account with an address, or of an address alone.';

CREATE TABLE oidc_flows (
  state_sha256 bytea PRIMARY KEY,
  provider text NOT NULL,
  browser_sha256 bytea NOT NULL,
  sealed_verifier bytea NOT NULL,
  nonce text NOT NULL,
  redirect_uri text NOT NULL,
  return_to text NOT NULL,
  cli_challenge text,
  cli_state text,
  cli_redirect_uri text,
  expires_at timestamptz NOT NULL,
  CHECK ((cli_challenge IS NULL) = (cli_state IS NULL))
);
CREATE INDEX oidc_flows_by_expiry ON oidc_flows (expires_at);
COMMENT ON COLUMN oidc_flows.cli_challenge IS 'S256 challenge of the command line that began the sign-in; null for the console.';
COMMENT ON COLUMN oidc_flows.cli_redirect_uri IS 'Where the command line listens; null where its code is shown to be pasted.';

CREATE TABLE sign_in_codes (
  sha256 bytea PRIMARY KEY,
  challenge text NOT NULL,
  user_id uuid NOT NULL REFERENCES users (id),
  expires_at timestamptz NOT NULL
);
CREATE INDEX sign_in_codes_by_expiry ON sign_in_codes (expires_at);
COMMENT ON TABLE sign_in_codes IS 'One-time codes that a command line exchanges for its tokens, with the verifier of its challenge.';

CREATE TABLE audit (
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL,
  actor_id uuid,
  action text NOT NULL,
  subject_type text NOT NULL,
  subject_id text NOT NULL,
  project_id uuid,
  address text,
  details jsonb NOT NULL
);
CREATE INDEX audit_by_time ON audit (at DESC, id DESC);
CREATE INDEX audit_by_actor ON audit (actor_id, at DESC);
CREATE INDEX audit_by_subject ON audit (subject_id, at DESC);
CREATE INDEX audit_by_action ON audit (action, at DESC);
COMMENT ON TABLE audit IS 'What was done, by whom. Refers to nothing, so that it outlives what it speaks of.';
