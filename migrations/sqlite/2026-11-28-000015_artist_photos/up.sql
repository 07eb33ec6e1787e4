-- The photo of an artist, encoded anew in up to three widths. "sha256" is the hash of the bytes, and
-- the name under which they are asked for. "bytes" is NULL where they are in a file of that name in
-- the directory of the configuration.
CREATE TABLE artist_photos (
    artist BIGINT NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes BLOB,
    alt TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (artist, width)
);
CREATE INDEX artist_photos_sha256 ON artist_photos (sha256);

-- The name of the smallest, so that a list shows photos by the one query that it makes; empty
-- without one.
ALTER TABLE artist_cards ADD COLUMN photo TEXT NOT NULL DEFAULT '';
