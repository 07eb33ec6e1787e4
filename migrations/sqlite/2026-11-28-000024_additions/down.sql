ALTER TABLE removed_artists RENAME TO removed_artists_after;
DROP INDEX removed_artists_removal;
CREATE TABLE removed_artists (
    name_index BLOB PRIMARY KEY NOT NULL,
    removed_at BIGINT NOT NULL
);
INSERT INTO removed_artists (name_index, removed_at)
    SELECT mark, min(removed_at) FROM removed_artists_after GROUP BY mark;
DROP TABLE removed_artists_after;
ALTER TABLE artists DROP COLUMN slug_since;
DROP TABLE artist_unseen_names;
