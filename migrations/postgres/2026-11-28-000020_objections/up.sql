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
    name_index BYTEA PRIMARY KEY NOT NULL,
    removed_at BIGINT NOT NULL
);

ALTER TABLE links DROP CONSTRAINT links_purpose_check;
ALTER TABLE links ADD CONSTRAINT links_purpose_check
    CHECK (purpose IN ('confirm_request', 'thread', 'confirm_listing', 'object_handover'));
CREATE INDEX links_artist ON links (artist);
