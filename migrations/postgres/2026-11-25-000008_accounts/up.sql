-- People who chose to have an account. Who they are is the contact; this is what an account adds.
CREATE TABLE accounts (
    id BIGINT PRIMARY KEY NOT NULL,
    contact BIGINT NOT NULL REFERENCES contacts (id),
    name BYTEA NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('member', 'moderator', 'admin')),
    country TEXT NOT NULL,
    age_attested TEXT NOT NULL CHECK (age_attested IN ('adult', 'guardian')),
    policy_version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    frozen_at BIGINT,
    frozen_reason BYTEA,
    version BIGINT NOT NULL,
    CHECK ((frozen_at IS NULL) = (frozen_reason IS NULL))
);
CREATE UNIQUE INDEX accounts_contact ON accounts (contact);
CREATE INDEX accounts_role ON accounts (role);

-- Browsers that are signed in. The cookie's token is nowhere here, only its keyed hash.
CREATE TABLE sessions (
    id BIGINT PRIMARY KEY NOT NULL,
    token_index BYTEA NOT NULL,
    account BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    device TEXT NOT NULL,
    network TEXT NOT NULL,
    strong BIGINT NOT NULL CHECK (strong IN (0, 1)),
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX sessions_token_index ON sessions (token_index);
CREATE INDEX sessions_account ON sessions (account, id);
CREATE INDEX sessions_expires ON sessions (expires_at);

-- Links by which somebody signs in or makes an account, each once. "body" is what a new account
-- will be made of, sealed under the contact's key.
CREATE TABLE sign_ins (
    id BIGINT PRIMARY KEY NOT NULL,
    token_index BYTEA NOT NULL,
    contact BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    browser_index BYTEA NOT NULL,
    next TEXT NOT NULL,
    body BYTEA,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE UNIQUE INDEX sign_ins_token_index ON sign_ins (token_index);
CREATE INDEX sign_ins_contact ON sign_ins (contact);
CREATE INDEX sign_ins_expires ON sign_ins (expires_at);
