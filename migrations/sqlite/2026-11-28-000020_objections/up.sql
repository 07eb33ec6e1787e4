-- A page for which somebody answers passes to who claims it: announced to its team, who can object
-- until "due_at"; then offered to the claimant, who can say yes until the next "due_at". Every change
-- is made under the lock of the artist. "objection" is the number of a ticket.
CREATE TABLE handovers (
    id BIGINT PRIMARY KEY NOT NULL,
    artist BIGINT NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
    claimant BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'objected', 'offered', 'done', 'kept')),
    due_at BIGINT NOT NULL,
    objection BIGINT,
    objector BIGINT REFERENCES contacts (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL,
    settled_at BIGINT,
    CHECK ((settled_at IS NOT NULL) = (state IN ('done', 'kept'))),
    CHECK (state <> 'objected' OR objection IS NOT NULL)
);
CREATE INDEX handovers_artist ON handovers (artist, id);
CREATE INDEX handovers_due ON handovers (settled_at, due_at);
CREATE INDEX handovers_claimant ON handovers (claimant);
CREATE INDEX handovers_objector ON handovers (objector);
CREATE INDEX handovers_objection ON handovers (objection);

-- Acts that wanted no page here and are not to come back: keyed hashes of name and country, from
-- which neither can be read.
CREATE TABLE removed_artists (
    name_index BLOB PRIMARY KEY NOT NULL,
    removed_at BIGINT NOT NULL
);

ALTER TABLE links RENAME TO links_before;
DROP INDEX links_token_index;
DROP INDEX links_request;
DROP INDEX links_expires;
DROP INDEX links_contact;
CREATE TABLE links (
    id BIGINT PRIMARY KEY NOT NULL,
    token_index BLOB NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('confirm_request', 'thread', 'confirm_listing',
        'object_handover')),
    side TEXT NOT NULL CHECK (side IN ('promoter', 'artist')),
    request BIGINT REFERENCES booking_requests (id) ON DELETE CASCADE,
    artist BIGINT REFERENCES artists (id) ON DELETE CASCADE,
    contact BIGINT NOT NULL REFERENCES contacts (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    revoked_at BIGINT
);
INSERT INTO links (id, token_index, purpose, side, request, artist, contact, created_at, expires_at,
    used_at, revoked_at)
    SELECT id, token_index, purpose, side, request, artist, contact, created_at, expires_at,
        used_at, revoked_at FROM links_before;
DROP TABLE links_before;
CREATE UNIQUE INDEX links_token_index ON links (token_index);
CREATE INDEX links_request ON links (request);
CREATE INDEX links_expires ON links (expires_at);
CREATE INDEX links_contact ON links (contact);
CREATE INDEX links_artist ON links (artist);
