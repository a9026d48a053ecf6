-- What events say for people, and alarms that are told again while they last.

ALTER TABLE events ADD COLUMN findings jsonb;
COMMENT ON COLUMN events.findings IS 'Codes with parameters, where the name and the subject do not say it all: what goes wrong, what it costs meanwhile.';

ALTER TABLE alarms ADD COLUMN notified_at timestamptz;
COMMENT ON COLUMN alarms.notified_at IS 'When whoever is to be told was last told that it fires.';
