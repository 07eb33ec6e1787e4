ALTER TABLE artist_cards DROP COLUMN photo;
DROP TABLE artist_photos;
