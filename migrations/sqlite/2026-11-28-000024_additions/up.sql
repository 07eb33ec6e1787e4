-- By which an act that no list shows is recognised when it is added again: its name in the key by
-- which names are found, and in the form that its address would have (by artists/double_store.rs).
-- Derived from artists.name as the lists are, and like them without a foreign key; the timer notes
-- the names of acts that were here before this table.
CREATE TABLE artist_unseen_names (
    name TEXT NOT NULL,
    artist BIGINT NOT NULL,
    PRIMARY KEY (name, artist)
) WITHOUT ROWID;
CREATE INDEX artist_unseen_names_artist ON artist_unseen_names (artist);

-- Since when an act has its address; empty for one that it was added with.
ALTER TABLE artists ADD COLUMN slug_since BIGINT;
UPDATE artists SET slug_since = (
    SELECT max(created_at) FROM artist_old_slugs WHERE artist_old_slugs.artist = artists.id
);

-- What a removed act is known by: its name, and now its identifiers and links as well, each as a keyed
-- hash. "removal" holds those of one act together, so that one can come back and a namesake stays away.
ALTER TABLE removed_artists RENAME TO removed_artists_before;
CREATE TABLE removed_artists (
    mark BLOB NOT NULL,
    removal BIGINT NOT NULL,
    removed_at BIGINT NOT NULL,
    PRIMARY KEY (mark, removal)
);
INSERT INTO removed_artists (mark, removal, removed_at)
    SELECT name_index, removed_at, removed_at FROM removed_artists_before;
DROP TABLE removed_artists_before;
CREATE INDEX removed_artists_removal ON removed_artists (removal);
