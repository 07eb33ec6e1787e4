-- By which an act that is added again is recognised: the links of every act in one spelling each (by
-- artists/doubles.rs, which does the same to the links of an act that comes), derived from artists.links
-- as the lists are, and like them without a foreign key.
CREATE TABLE artist_links (
    link TEXT COLLATE "C" NOT NULL,
    artist BIGINT NOT NULL,
    PRIMARY KEY (link, artist)
);
CREATE INDEX artist_links_artist ON artist_links (artist);

INSERT INTO artist_links (link, artist)
SELECT DISTINCT link, artist FROM (
    SELECT
        rtrim(
            regexp_replace(split_part(item.body ->> 'url', '#', 1), '^(https?://)?(www[.])?', ''),
            '/'
        ) AS link,
        artists.id AS artist
    FROM artists, json_array_elements(artists.links::json) AS item (body)
) AS keyed
WHERE length(link) BETWEEN 1 AND 1000;

-- An act that no list shows is looked for among the few that are like it.
CREATE INDEX artists_listing ON artists (listing, id);

-- The page on which acts are added is at /artists/add from now on.
UPDATE artists SET slug = CASE
    WHEN EXISTS (SELECT 1 FROM artists AS other WHERE other.slug = 'artist-add')
        OR EXISTS (SELECT 1 FROM artist_old_slugs WHERE artist_old_slugs.slug = 'artist-add')
    THEN 'artist-add-' || CAST(id AS TEXT)
    ELSE 'artist-add'
END WHERE slug = 'add';
UPDATE artist_cards SET slug = (SELECT artists.slug FROM artists WHERE artists.id = artist_cards.artist)
    WHERE slug = 'add';
DELETE FROM artist_old_slugs WHERE slug = 'add';
