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
SELECT genre, country, popularity, artist, created_at, name_key FROM artist_genres_before
ORDER BY genre, artist;
DROP TABLE artist_genres_before;
CREATE INDEX artist_genres_popular ON artist_genres (genre, popularity DESC, artist DESC);
CREATE INDEX artist_genres_country ON artist_genres (genre, country, popularity DESC, artist DESC);
CREATE INDEX artist_genres_newest ON artist_genres (genre, created_at DESC, artist DESC);
CREATE INDEX artist_genres_name ON artist_genres (genre, name_key, artist);

DROP TABLE artist_words_due;
