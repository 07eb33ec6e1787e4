-- Passwords, for who chose to have one: a salted hash (argon2id), sealed under the owner's key.
CREATE TABLE passwords (
    account BIGINT PRIMARY KEY NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    hash BYTEA NOT NULL,
    is_short BIGINT NOT NULL CHECK (is_short IN (0, 1)),
    failures BIGINT NOT NULL,
    failed_at BIGINT,
    created_at BIGINT NOT NULL
);
