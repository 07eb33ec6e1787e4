-- The tables that lists read are derived from the artists' own, by one file of the program. Like
-- the others of their kind they now have no foreign key: where one is checked, SQLite keeps a copy of
-- every page that a statement of many rows touches, and an import touches hundreds of thousands.
ALTER TABLE artist_cards RENAME TO artist_cards_before;
CREATE TABLE artist_cards (
    artist BIGINT PRIMARY KEY NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    genres TEXT NOT NULL,
    country TEXT NOT NULL,
    city TEXT NOT NULL,
    city_key TEXT NOT NULL,
    popularity BIGINT NOT NULL,
    band BIGINT NOT NULL,
    spark TEXT NOT NULL,
    bookable BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
INSERT INTO artist_cards (artist, slug, name, name_key, genres, country, city, city_key, popularity, band, spark, bookable, created_at, updated_at)
SELECT artist, slug, name, name_key, genres, country, city, city_key, popularity, band, spark, bookable, created_at, updated_at FROM artist_cards_before;
DROP TABLE artist_cards_before;
CREATE INDEX artist_cards_popular ON artist_cards (popularity DESC, artist DESC);
CREATE INDEX artist_cards_country ON artist_cards (country, popularity DESC, artist DESC);
CREATE INDEX artist_cards_city ON artist_cards (city_key, country, popularity DESC, artist DESC);
CREATE INDEX artist_cards_band ON artist_cards (band, popularity DESC, artist DESC);
CREATE INDEX artist_cards_newest ON artist_cards (created_at DESC, artist DESC);
CREATE INDEX artist_cards_country_newest ON artist_cards (country, created_at DESC, artist DESC);
CREATE INDEX artist_cards_band_newest ON artist_cards (band, created_at DESC, artist DESC);
CREATE INDEX artist_cards_name ON artist_cards (name_key, artist);
CREATE INDEX artist_cards_country_name ON artist_cards (country, name_key, artist);
CREATE INDEX artist_cards_band_name ON artist_cards (band, name_key, artist);

ALTER TABLE artist_genres RENAME TO artist_genres_before;
CREATE TABLE artist_genres (
    genre TEXT NOT NULL,
    country TEXT NOT NULL,
    popularity BIGINT NOT NULL,
    artist BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    name_key TEXT NOT NULL,
    PRIMARY KEY (genre, artist)
);
INSERT INTO artist_genres (genre, country, popularity, artist, created_at, name_key)
SELECT genre, country, popularity, artist, created_at, name_key FROM artist_genres_before;
DROP TABLE artist_genres_before;
CREATE INDEX artist_genres_popular ON artist_genres (genre, popularity DESC, artist DESC);
CREATE INDEX artist_genres_country ON artist_genres (genre, country, popularity DESC, artist DESC);
CREATE INDEX artist_genres_newest ON artist_genres (genre, created_at DESC, artist DESC);
CREATE INDEX artist_genres_name ON artist_genres (genre, name_key, artist);
