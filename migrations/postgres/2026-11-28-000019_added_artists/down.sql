DROP INDEX artists_listing;
DROP TABLE artist_links;
