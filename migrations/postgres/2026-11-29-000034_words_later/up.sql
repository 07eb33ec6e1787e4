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
WHERE length(name) > 24 OR octet_length(name) > length(name);
