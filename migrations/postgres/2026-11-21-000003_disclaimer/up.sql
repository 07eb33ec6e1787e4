CREATE TABLE disclaimer_versions (
    number BIGINT PRIMARY KEY NOT NULL CHECK (number >= 1),
    locale TEXT NOT NULL,
    body TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    effective_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX disclaimer_versions_sha256 ON disclaimer_versions (sha256);

-- Written before the request it stands for, hence no reference to it. "body" and "salt" belong to
-- the person and go with the person; the commitment stays in the chain.
CREATE TABLE acceptances (
    id BIGINT PRIMARY KEY NOT NULL,
    request BIGINT NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('promoter', 'artist')),
    version BIGINT NOT NULL REFERENCES disclaimer_versions (number),
    text_sha256 TEXT NOT NULL REFERENCES disclaimer_versions (sha256),
    accepted_at BIGINT NOT NULL,
    key_id BIGINT NOT NULL REFERENCES data_keys (id),
    body BYTEA,
    salt BYTEA,
    chain_n BIGINT
);
CREATE UNIQUE INDEX acceptances_chain_n ON acceptances (chain_n);
CREATE INDEX acceptances_request ON acceptances (request);

CREATE TABLE receipt_chain (
    n BIGINT PRIMARY KEY NOT NULL CHECK (n >= 1),
    commitment TEXT NOT NULL,
    link TEXT NOT NULL,
    appended_at BIGINT NOT NULL
);

-- One row, updated before a link is appended: the lock that keeps the chain from forking.
CREATE TABLE receipt_head (
    id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    n BIGINT NOT NULL,
    link TEXT NOT NULL,
    version BIGINT NOT NULL
);

-- A published version is never edited, only superseded.
CREATE FUNCTION disclaimer_versions_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published disclaimer is never edited or deleted';
END;
$$;
CREATE TRIGGER disclaimer_versions_fixed BEFORE UPDATE OR DELETE ON disclaimer_versions
    FOR EACH ROW EXECUTE FUNCTION disclaimer_versions_refuse();
CREATE TRIGGER disclaimer_versions_kept BEFORE TRUNCATE ON disclaimer_versions
    FOR EACH STATEMENT EXECUTE FUNCTION disclaimer_versions_refuse();
