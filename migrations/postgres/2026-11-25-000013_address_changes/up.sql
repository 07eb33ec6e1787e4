-- Changes of an account's address: asked for, confirmed at the new address, and for seven days undone
-- from the old one. "body" holds both addresses, sealed under the owner's key.
CREATE TABLE address_changes (
    id BIGINT PRIMARY KEY NOT NULL,
    account BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    token_index BYTEA NOT NULL,
    undo_index BYTEA,
    body BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    changed_at BIGINT
);
CREATE UNIQUE INDEX address_changes_token ON address_changes (token_index);
CREATE UNIQUE INDEX address_changes_undo ON address_changes (undo_index);
CREATE INDEX address_changes_account ON address_changes (account);
CREATE INDEX address_changes_expires ON address_changes (expires_at);
