//! A database from before requests had their whole life: nothing of it is lost when it is migrated.

use super::*;

/// The first of the migrations that are taken back.
const SINCE: &str = "2026-11-29-000026_life_of_a_request";

/// They and all later ones, the newest first.
fn folders(root: &Path) -> Vec<String> {
    let all = std::fs::read_dir(root).unwrap();
    let mut names: Vec<String> =
        all.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name.as_str() >= SINCE);
    names.sort_unstable_by(|one, other| other.cmp(one));
    names
}

#[derive(QueryableByName)]
struct Agreed {
    #[diesel(sql_type = Text)]
    night: String,
    #[diesel(sql_type = Text)]
    state: String,
}

#[derive(QueryableByName)]
struct Kept {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

fn count(conn: &mut Conn, from: &str) -> i64 {
    let query = diesel::sql_query(format!("SELECT count(*) AS n FROM {from}"));
    query.get_result::<Kept>(conn).unwrap().n
}

#[test]
fn requests_from_before_keep_everything_that_points_to_them() {
    const ROWS: &str = "\
        INSERT INTO revisions (id, request, n, side, terms, sha256, created_at) \
            VALUES (1, 7, 1, 'promoter', '\\x00', 'abc', 1); \
        INSERT INTO messages (id, request, side, body, created_at) \
            VALUES (1, 7, 'promoter', '\\x00', 1); \
        INSERT INTO request_events (id, request, move, state, actor, created_at) \
            VALUES (1, 7, 'confirm', 'sent', 'promoter', 1);";
    for backend in BOTH {
        let (_database, mut conn) = Database::migrated(backend);
        let name = if backend == Backend::Sqlite { "sqlite" } else { "postgres" };
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(name);
        let folders = folders(&root);
        for folder in &folders {
            let down = std::fs::read_to_string(root.join(folder).join("down.sql")).unwrap();
            conn.batch_execute(&down).unwrap();
        }
        let version = "DELETE FROM __diesel_schema_migrations WHERE version >= '20261129000026'";
        conn.batch_execute(version).unwrap();
        assert_eq!(migrate::look(&mut conn).unwrap(), Schema::Older(folders.len()), "{backend:?}");

        conn.batch_execute(PUBLISHED).unwrap();
        conn.batch_execute(AROUND_A_REQUEST).unwrap();
        let accepted = [
            ("acceptance", "1"),
            ("artist_acceptance", "2"),
            ("accepted_night", "'Sat 6 Mar 2027'"),
        ];
        conn.batch_execute(&insert_request(7, "accepted", &accepted)).unwrap();
        conn.batch_execute(&insert_request(8, "sent", &[("acceptance", "1")])).unwrap();
        conn.batch_execute(ROWS).unwrap();
        // Of two nights the first was accepted: it closes when that one ends, before the last begins.
        let span = "UPDATE booking_requests SET expires_at = 50000000000, last_start_at = 90000000000 \
            WHERE id = 7";
        conn.batch_execute(span).unwrap();
        assert_eq!(migrate::migrate(&mut conn).unwrap().len(), folders.len());
        let spans =
            "booking_requests WHERE night_starts_at = 6800000000 AND night_ends_at = 50000000000";
        assert_eq!(count(&mut conn, spans), 1, "{backend:?}");
        let nights = "request_nights WHERE request = 7 AND night IN ('2027-03-06', '2027-03-13')";
        assert_eq!(count(&mut conn, nights), 2, "{backend:?}: proposed and agreed");

        let agreed: Agreed =
            diesel::sql_query("SELECT night, state FROM booking_requests WHERE id = 7")
                .get_result(&mut conn)
                .unwrap();
        assert_eq!((agreed.night.as_str(), agreed.state.as_str()), ("2027-03-06", "accepted"));
        for table in ["revisions", "messages", "request_events WHERE move = 'send'"] {
            assert_eq!(count(&mut conn, table), 1, "{backend:?}: {table}");
        }
        assert_eq!(count(&mut conn, "booking_requests WHERE desk = 'artist'"), 1, "{backend:?}");
        let gone = "DELETE FROM booking_requests WHERE id = 7";
        conn.batch_execute(gone).unwrap();
        assert_eq!(count(&mut conn, "messages"), 0, "{backend:?}: foreign keys act again");
    }
}
