DROP TABLE staff_looks;
DROP INDEX accounts_name;
ALTER TABLE accounts DROP COLUMN name_index;
ALTER TABLE sessions DROP COLUMN elevated_until;
ALTER TABLE tickets RENAME TO tickets_after;
DROP INDEX tickets_created;
DROP INDEX tickets_address;
DROP INDEX tickets_key;
DROP INDEX tickets_artist;
DROP INDEX tickets_decided_by;
DROP INDEX tickets_open;
CREATE TABLE tickets (
    id BIGINT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('report', 'correction', 'contact')),
    topic TEXT NOT NULL,
    artist BIGINT REFERENCES artists (id) ON DELETE CASCADE,
    key_id BIGINT NOT NULL REFERENCES data_keys (id),
    body BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    address_index BLOB
);
INSERT INTO tickets (id, kind, topic, artist, key_id, body, created_at, address_index)
    SELECT id, kind, topic, artist, key_id, body, created_at, address_index FROM tickets_after
    WHERE kind IN ('report', 'correction', 'contact');
DROP TABLE tickets_after;
CREATE INDEX tickets_created ON tickets (created_at);
CREATE INDEX tickets_address ON tickets (address_index);
CREATE INDEX tickets_key ON tickets (key_id);
