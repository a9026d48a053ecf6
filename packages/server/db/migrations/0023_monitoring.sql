-- What replicas tell each other, so that alarm rules are about all of them.

CREATE TABLE request_minutes (
  at timestamptz PRIMARY KEY,
  requests bigint NOT NULL,
  server_errors bigint NOT NULL,
  buckets bigint[] NOT NULL
);
COMMENT ON TABLE request_minutes IS 'What the API answered, by the minute, added up over all replicas. Kept as long as the objective is judged by it.';
COMMENT ON COLUMN request_minutes.buckets IS 'Requests by time to answer: the bounds are those of http_request_duration_seconds, the last is beyond them all.';

-- Worth nothing after a crash, so not in the log.
CREATE UNLOGGED TABLE alarm_samples (
  replica_id uuid PRIMARY KEY,
  replica text NOT NULL,
  taken_at timestamptz NOT NULL,
  elapsed_ms double precision NOT NULL,
  samples jsonb NOT NULL
);
COMMENT ON TABLE alarm_samples IS 'What the metrics of the rules say in the replicas that do not evaluate them, for the one that does.';
COMMENT ON COLUMN alarm_samples.elapsed_ms IS 'By the steady clock of the replica: rates are differences of its own times.';
