-- By which an act that no list shows is recognised when it is added again: its name in the key by
-- which names are found, and in the form that its address would have (by artists/double_store.rs).
-- Derived from artists.name as the lists are, and like them without a foreign key; the timer notes
-- the names of acts that were here before this table.
CREATE TABLE artist_unseen_names (
    name TEXT COLLATE "C" NOT NULL,
    artist BIGINT NOT NULL,
    PRIMARY KEY (name, artist)
);
CREATE INDEX artist_unseen_names_artist ON artist_unseen_names (artist);

-- Since when an act has its address; empty for one that it was added with.
ALTER TABLE artists ADD COLUMN slug_since BIGINT;
UPDATE artists SET slug_since = (
    SELECT max(created_at) FROM artist_old_slugs WHERE artist_old_slugs.artist = artists.id
);

-- What a removed act is known by: its name, and now its identifiers and links as well, each as a keyed
-- hash. "removal" holds those of one act together, so that one can come back and a namesake stays away.
ALTER TABLE removed_artists RENAME COLUMN name_index TO mark;
ALTER TABLE removed_artists ADD COLUMN removal BIGINT;
UPDATE removed_artists SET removal = removed_at;
ALTER TABLE removed_artists ALTER COLUMN removal SET NOT NULL;
ALTER TABLE removed_artists DROP CONSTRAINT removed_artists_pkey;
ALTER TABLE removed_artists ADD PRIMARY KEY (mark, removal);
CREATE INDEX removed_artists_removal ON removed_artists (removal);
