DROP TABLE artist_words_due;
