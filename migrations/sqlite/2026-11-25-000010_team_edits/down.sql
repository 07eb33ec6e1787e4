DROP TABLE artist_changes;
DROP TABLE artist_old_slugs;
