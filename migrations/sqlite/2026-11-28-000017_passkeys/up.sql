-- Passkeys of accounts (WebAuthn). A sign-in finds the row by "credential_index", the keyed hash of the
-- credential's id. "body" holds that id, the public key, the counter and the random handle under which
-- the device knows the account; "name" is what the owner calls it. Both are sealed under the owner's key.
CREATE TABLE passkeys (
    id BIGINT PRIMARY KEY NOT NULL,
    account BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    credential_index BLOB NOT NULL,
    body BLOB NOT NULL,
    name BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE UNIQUE INDEX passkeys_credential ON passkeys (credential_index);
CREATE INDEX passkeys_account ON passkeys (account);

-- Challenges that browsers were given, each good once and for five minutes. "account" is who adds a
-- passkey; there is none while somebody signs in. "state" is wrapped by the master key.
CREATE TABLE passkey_ceremonies (
    id BIGINT PRIMARY KEY NOT NULL,
    token_index BLOB NOT NULL,
    account BIGINT REFERENCES accounts (id) ON DELETE CASCADE,
    state BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE UNIQUE INDEX passkey_ceremonies_token ON passkey_ceremonies (token_index);
CREATE INDEX passkey_ceremonies_account ON passkey_ceremonies (account);
CREATE INDEX passkey_ceremonies_expires ON passkey_ceremonies (expires_at);
