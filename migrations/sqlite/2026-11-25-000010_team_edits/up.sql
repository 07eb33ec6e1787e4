-- Addresses that a profile had before, so that links to it go on working.
CREATE TABLE artist_old_slugs (
    slug TEXT PRIMARY KEY NOT NULL,
    artist BIGINT NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);
CREATE INDEX artist_old_slugs_artist ON artist_old_slugs (artist);

-- Who of an artist's team changed what and when. "contact" is empty once that person was erased.
CREATE TABLE artist_changes (
    id BIGINT PRIMARY KEY NOT NULL,
    artist BIGINT NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
    contact BIGINT,
    what TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX artist_changes_artist ON artist_changes (artist, id);
CREATE INDEX artist_changes_contact ON artist_changes (contact);
