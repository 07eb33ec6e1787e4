-- Acts whose words cannot be searched yet: an import writes the words of many acts at once, which costs
-- a fraction of writing them act by act. Whoever changes what stands in lists of such an act settles it.
CREATE TABLE artist_words_due (
    artist BIGINT PRIMARY KEY NOT NULL,
    since BIGINT NOT NULL
);

-- A word of more than 24 letters was not noted at all; now it is, so that a word that nothing begins with
-- is known for sure. These may have one, other scripts once their words are written in Latin letters.
INSERT INTO artist_words_due (artist, since)
SELECT artist, 0 FROM artist_cards
WHERE length(name) > 24 OR length(CAST(name AS BLOB)) > length(name);

-- The rows of genres are the index of their key: one place less to write each.
ALTER TABLE artist_genres RENAME TO artist_genres_before;
CREATE TABLE artist_genres (
    genre TEXT NOT NULL,
    country TEXT NOT NULL,
    popularity BIGINT NOT NULL,
    artist BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    name_key TEXT NOT NULL,
    PRIMARY KEY (genre, artist)
) WITHOUT ROWID;
INSERT INTO artist_genres (genre, country, popularity, artist, created_at, name_key)
SELECT genre, country, popularity, artist, created_at, name_key FROM artist_genres_before
ORDER BY genre, artist;
DROP TABLE artist_genres_before;
CREATE INDEX artist_genres_popular ON artist_genres (genre, popularity DESC, artist DESC);
CREATE INDEX artist_genres_country ON artist_genres (genre, country, popularity DESC, artist DESC);
CREATE INDEX artist_genres_newest ON artist_genres (genre, created_at DESC, artist DESC);
CREATE INDEX artist_genres_name ON artist_genres (genre, name_key, artist);
