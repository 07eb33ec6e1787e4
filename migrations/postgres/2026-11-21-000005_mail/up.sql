CREATE TABLE outbox (
    id BIGINT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'retry', 'sent', 'failed', 'cancelled')),
    dedupe_key TEXT NOT NULL,
    message_id TEXT NOT NULL,
    recipient_index BYTEA NOT NULL,
    key_id BIGINT NOT NULL REFERENCES data_keys (id),
    mail BYTEA,
    request BIGINT,
    attempts BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    claimed_at BIGINT,
    finished_at BIGINT,
    last_reply TEXT
);
CREATE UNIQUE INDEX outbox_dedupe ON outbox (dedupe_key);
CREATE INDEX outbox_due ON outbox (state, due_at);
CREATE INDEX outbox_recipient ON outbox (recipient_index, created_at);
CREATE INDEX outbox_request ON outbox (request);

-- One row for each address that was mailed a link: the lock under which such mails are counted.
CREATE TABLE mail_allowances (
    recipient_index BYTEA PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL
);
