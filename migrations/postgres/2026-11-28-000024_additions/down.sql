DELETE FROM removed_artists WHERE EXISTS (
    SELECT 1 FROM removed_artists AS earlier
    WHERE earlier.mark = removed_artists.mark AND earlier.removal < removed_artists.removal
);
DROP INDEX removed_artists_removal;
ALTER TABLE removed_artists DROP CONSTRAINT removed_artists_pkey;
ALTER TABLE removed_artists DROP COLUMN removal;
ALTER TABLE removed_artists RENAME COLUMN mark TO name_index;
ALTER TABLE removed_artists ADD PRIMARY KEY (name_index);
ALTER TABLE artists DROP COLUMN slug_since;
DROP TABLE artist_unseen_names;
