-- Reports about artists, corrections, and messages to the operator.
CREATE TABLE tickets (
    id BIGINT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('report', 'correction', 'contact')),
    topic TEXT NOT NULL,
    artist BIGINT REFERENCES artists (id) ON DELETE CASCADE,
    key_id BIGINT NOT NULL REFERENCES data_keys (id),
    body BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX tickets_created ON tickets (created_at);
