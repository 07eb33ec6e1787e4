//! A database from before long words were noted.

use super::*;

#[derive(QueryableByName)]
struct Due {
    #[diesel(sql_type = BigInt)]
    artist: i64,
}

#[test]
fn acts_that_may_have_a_long_word_are_marked_for_their_words() {
    const LATER: &str = "2026-11-29-000034_words_later";
    for backend in BOTH {
        let (_database, mut conn) = Database::migrated(backend);
        let name = if backend == Backend::Sqlite { "sqlite" } else { "postgres" };
        let folder =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(name).join(LATER);
        conn.batch_execute(&std::fs::read_to_string(folder.join("down.sql")).unwrap()).unwrap();
        for (artist, name) in [
            (1, "Night Ferry"),
            (2, "Donaudampfschifffahrtsgesellschaft"),
            (3, "Ночные Волны"),
            (4, "🎸🥁"),
        ] {
            let card = format!(
                "INSERT INTO artist_cards (artist, slug, name, name_key, genres, country, city, \
                 city_key, popularity, band, spark, bookable, created_at, updated_at) \
                 VALUES ({artist}, 'act-{artist}', '{name}', '', '', '', '', '', 0, 0, '', 0, 1, 1); \
                 INSERT INTO artist_genres (genre, country, popularity, artist, created_at, name_key) \
                 VALUES ('dub', '', 0, {artist}, 1, '')"
            );
            conn.batch_execute(&card).unwrap();
        }
        conn.batch_execute(&std::fs::read_to_string(folder.join("up.sql")).unwrap()).unwrap();
        let due = diesel::sql_query("SELECT artist FROM artist_words_due ORDER BY artist");
        let due: Vec<i64> =
            due.load::<Due>(&mut conn).unwrap().into_iter().map(|due| due.artist).collect();
        assert_eq!(due, [2, 3, 4], "{backend:?}");
        let kept = diesel::sql_query("SELECT artist FROM artist_genres ORDER BY artist");
        assert_eq!(kept.load::<Due>(&mut conn).unwrap().len(), 4, "{backend:?}");
    }
}
