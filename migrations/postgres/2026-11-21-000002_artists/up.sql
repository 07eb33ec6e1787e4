CREATE TABLE artists (
    id BIGINT PRIMARY KEY NOT NULL,
    slug TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    listing TEXT NOT NULL CHECK (listing IN ('draft', 'unclaimed', 'listed', 'unlisted', 'hidden')),
    hidden_from TEXT CHECK (hidden_from IN ('draft', 'unclaimed', 'listed', 'unlisted')),
    hidden_reason TEXT,
    genres TEXT NOT NULL,
    country TEXT COLLATE "C",
    city TEXT,
    bio TEXT NOT NULL,
    plays TEXT NOT NULL,
    links TEXT NOT NULL,
    floor TEXT NOT NULL,
    source TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CHECK ((listing = 'hidden') = (hidden_from IS NOT NULL))
);
CREATE UNIQUE INDEX artists_slug ON artists (slug);

CREATE TABLE artist_external_ids (
    scheme TEXT NOT NULL,
    value TEXT NOT NULL,
    artist BIGINT NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
    PRIMARY KEY (scheme, value)
);
CREATE INDEX artist_external_ids_artist ON artist_external_ids (artist);

-- No figure without source and date.
CREATE TABLE stat_points (
    id BIGINT PRIMARY KEY NOT NULL,
    artist BIGINT NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
    metric TEXT NOT NULL CHECK (metric IN ('monthly_listeners', 'followers', 'popularity', 'shows')),
    value BIGINT NOT NULL CHECK (value >= 0),
    source_kind TEXT NOT NULL CHECK (source_kind IN ('manual', 'csv', 'api')),
    source TEXT NOT NULL,
    observed_on TEXT NOT NULL,
    expires_on TEXT
);
CREATE UNIQUE INDEX stat_points_artist ON stat_points (artist, metric, observed_on, source);

-- Who is asked: the confirmed addresses of an artist's team.
CREATE TABLE artist_contacts (
    artist BIGINT NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
    contact BIGINT NOT NULL REFERENCES contacts (id),
    confirmed_at BIGINT,
    PRIMARY KEY (artist, contact)
);
CREATE INDEX artist_contacts_contact ON artist_contacts (contact);

-- What lists read: only visible artists stand in the tables below, all of them derived from the
-- ones above by artists/index.rs. "popularity" is the monthly listeners in three significant
-- digits (-1: no figure), so that a list's order never contradicts what it shows.
CREATE TABLE artist_cards (
    artist BIGINT PRIMARY KEY NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
    slug TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    genres TEXT NOT NULL,
    country TEXT COLLATE "C" NOT NULL,
    city TEXT NOT NULL,
    city_key TEXT COLLATE "C" NOT NULL,
    popularity BIGINT NOT NULL,
    band BIGINT NOT NULL,
    spark TEXT NOT NULL,
    bookable BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
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

CREATE TABLE artist_genres (
    genre TEXT COLLATE "C" NOT NULL,
    country TEXT COLLATE "C" NOT NULL,
    popularity BIGINT NOT NULL,
    artist BIGINT NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (genre, artist)
);
CREATE INDEX artist_genres_popular ON artist_genres (genre, popularity DESC, artist DESC);
CREATE INDEX artist_genres_country ON artist_genres (genre, country, popularity DESC, artist DESC);
CREATE INDEX artist_genres_newest ON artist_genres (genre, created_at DESC, artist DESC);
CREATE INDEX artist_genres_name ON artist_genres (genre, name_key, artist);

-- Prefixes of 1 to 6 characters of every word of a name.
CREATE TABLE artist_terms (
    term TEXT COLLATE "C" NOT NULL,
    popularity BIGINT NOT NULL,
    artist BIGINT NOT NULL,
    PRIMARY KEY (term, popularity, artist)
);

-- Pairs of genres.
CREATE TABLE artist_facets (
    facet TEXT COLLATE "C" NOT NULL,
    popularity BIGINT NOT NULL,
    artist BIGINT NOT NULL,
    PRIMARY KEY (facet, popularity, artist)
);

-- Words of names with one letter left out, for spelling.
CREATE TABLE token_deletes (
    variant TEXT COLLATE "C" NOT NULL,
    token TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (variant, token)
);
