ALTER TABLE artist_genres ADD CONSTRAINT artist_genres_artist_fkey
    FOREIGN KEY (artist) REFERENCES artists (id) ON DELETE CASCADE;
ALTER TABLE artist_cards ADD CONSTRAINT artist_cards_artist_fkey
    FOREIGN KEY (artist) REFERENCES artists (id) ON DELETE CASCADE;
