DROP INDEX links_artist;
ALTER TABLE links RENAME TO links_after;
DROP INDEX links_token_index;
DROP INDEX links_request;
DROP INDEX links_expires;
DROP INDEX links_contact;
CREATE TABLE links (
    id BIGINT PRIMARY KEY NOT NULL,
    token_index BLOB NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('confirm_request', 'thread', 'confirm_listing')),
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
        used_at, revoked_at FROM links_after
    WHERE purpose <> 'object_handover';
DROP TABLE links_after;
CREATE UNIQUE INDEX links_token_index ON links (token_index);
CREATE INDEX links_request ON links (request);
CREATE INDEX links_expires ON links (expires_at);
CREATE INDEX links_contact ON links (contact);
DROP TABLE removed_artists;
DROP TABLE handovers;
