-- The tables that lists read are derived from the artists' own, by one file of the program. Like
-- the others of their kind they now have no foreign key: where one is checked, SQLite keeps a copy of
-- every page that a statement of many rows touches, and an import touches hundreds of thousands.
ALTER TABLE artist_cards DROP CONSTRAINT artist_cards_artist_fkey;
ALTER TABLE artist_genres DROP CONSTRAINT artist_genres_artist_fkey;
