-- Who an account's owner is elsewhere: a sign-in of another provider that its owner linked. "body" is
-- what the provider said, sealed under the owner's key; "subject_index" the keyed hash of provider,
-- issuer and subject, by which the identity is known again. It belongs to one account at most.
CREATE TABLE identities (
    id BIGINT PRIMARY KEY NOT NULL,
    account BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    subject_index BYTEA NOT NULL,
    body BYTEA NOT NULL,
    linked_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE UNIQUE INDEX identities_subject ON identities (subject_index);
CREATE INDEX identities_account ON identities (account);

-- People who went to a provider and are not back yet. "session" is the sign-in that wants to link what
-- comes back, and none where somebody wants to sign in; when it ends, so does the way. "secrets" are
-- the nonce and the PKCE verifier, encrypted; state and browser are keyed hashes. The row goes as soon
-- as an answer comes.
CREATE TABLE provider_sign_ins (
    id BIGINT PRIMARY KEY NOT NULL,
    state_index BYTEA NOT NULL,
    browser_index BYTEA NOT NULL,
    provider TEXT NOT NULL,
    secrets BYTEA NOT NULL,
    next TEXT NOT NULL,
    session BIGINT REFERENCES sessions (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX provider_sign_ins_state ON provider_sign_ins (state_index);
CREATE INDEX provider_sign_ins_session ON provider_sign_ins (session);
CREATE INDEX provider_sign_ins_expires ON provider_sign_ins (expires_at);
