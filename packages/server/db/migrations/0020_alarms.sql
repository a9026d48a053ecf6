-- Mail that waits to be delivered; alarm rules, alarms and their notifications.

CREATE TABLE mails (
  id uuid PRIMARY KEY,
  message_id text NOT NULL,
  recipient text NOT NULL,
  subject text NOT NULL,
  body_text text,
  body_html text,
  state text NOT NULL CHECK (state IN ('waiting', 'sent', 'dead')),
  attempts integer NOT NULL DEFAULT 0,
  error jsonb,
  due_at timestamptz NOT NULL,
  lease_token uuid,
  lease_expires_at timestamptz,
  created_at timestamptz NOT NULL,
  finished_at timestamptz
);
CREATE INDEX mails_waiting ON mails (due_at) WHERE state = 'waiting';
CREATE INDEX mails_finished ON mails (finished_at) WHERE state <> 'waiting';
COMMENT ON TABLE mails IS 'Outbox: one row a recipient, written in the transaction that has a reason to send it.';
COMMENT ON COLUMN mails.message_id IS 'The same at every attempt, so that a server drops the copy it has already taken.';
COMMENT ON COLUMN mails.body_text IS 'Gone once the mail is sent or given up: it may hold a link that signs somebody in.';
COMMENT ON COLUMN mails.attempts IS 'Counted before the attempt, so that a mail that kills its sender is given up too.';

CREATE TABLE alarm_rules (
  id uuid PRIMARY KEY,
  built_in_key text CONSTRAINT alarm_rules_built_in_key UNIQUE,
  project_id uuid CONSTRAINT alarm_rules_project_fkey REFERENCES projects (id),
  name text NOT NULL,
  description text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
  condition jsonb NOT NULL,
  webhooks text[] NOT NULL,
  emails text[] NOT NULL,
  enabled boolean NOT NULL,
  state text NOT NULL CHECK (state IN ('ok', 'pending', 'firing', 'unknown')),
  last_value double precision,
  evaluated_at timestamptz,
  armed_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX alarm_rules_by_project ON alarm_rules (project_id);
COMMENT ON COLUMN alarm_rules.project_id IS 'Null: the rule watches the whole installation.';
COMMENT ON COLUMN alarm_rules.armed_at IS 'When the condition was last set or switched on: events before that do not count.';

CREATE TABLE alarms (
  id uuid PRIMARY KEY,
  rule_id uuid NOT NULL,
  project_id uuid REFERENCES projects (id) ON DELETE CASCADE,
  rule_name text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
  state text NOT NULL CHECK (state IN ('pending', 'firing', 'resolved')),
  subject text,
  findings jsonb NOT NULL,
  value double precision,
  started_at timestamptz NOT NULL,
  fired_at timestamptz,
  last_seen_at timestamptz NOT NULL,
  resolved_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by uuid,
  acknowledged_by_name text,
  note text
);
CREATE UNIQUE INDEX alarms_open_key ON alarms (rule_id, project_id, subject) NULLS NOT DISTINCT WHERE state <> 'resolved';
CREATE INDEX alarms_by_project ON alarms (project_id, id DESC);
CREATE INDEX alarms_resolved ON alarms (resolved_at) WHERE state = 'resolved';
COMMENT ON COLUMN alarms.rule_id IS 'No foreign key: the history stays when the rule is deleted.';
COMMENT ON COLUMN alarms.project_id IS 'The project of the event; an alarm without one belongs to the installation.';
COMMENT ON COLUMN alarms.findings IS 'What it says, as codes with parameters: what it is about, then what is known of it.';
COMMENT ON COLUMN alarms.acknowledged_by IS 'A user of module identity; the name is kept as it was.';

CREATE TABLE alarm_notifications (
  id uuid PRIMARY KEY,
  alarm_id uuid NOT NULL REFERENCES alarms (id) ON DELETE CASCADE,
  about text NOT NULL CHECK (about IN ('firing', 'resolved')),
  channel text NOT NULL CHECK (channel IN ('webhook', 'mail')),
  target text NOT NULL,
  mail_id uuid,
  state text NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
  attempts integer NOT NULL DEFAULT 0,
  error jsonb,
  due_at timestamptz NOT NULL,
  lease_token uuid,
  lease_expires_at timestamptz
);
CREATE INDEX alarm_notifications_by_alarm ON alarm_notifications (alarm_id);
CREATE INDEX alarm_notifications_waiting ON alarm_notifications (due_at) WHERE state = 'waiting' AND channel = 'webhook';
COMMENT ON COLUMN alarm_notifications.error IS 'What the last attempt met, as a code with parameters.';
COMMENT ON COLUMN alarm_notifications.mail_id IS 'The mail that module mail delivers; its state is asked there.';

CREATE TABLE alarm_evaluation (
  id text PRIMARY KEY CHECK (id = 'evaluator'),
  event_seq bigint NOT NULL,
  lease_token uuid,
  lease_expires_at timestamptz
);
INSERT INTO alarm_evaluation (id, event_seq) VALUES ('evaluator', 0);
COMMENT ON TABLE alarm_evaluation IS 'The one replica that evaluates the rules, and the last event that they have seen.';
