//! The requests of a person as the dashboard lists them: from columns that are not sealed, so that a
//! page of them takes a handful of queries however many there are.

use std::collections::HashMap;

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::revision_store::terms_place;
use super::situation::Desk;
use super::terms::Terms;
use super::{AGREED, OPEN, State};
use crate::artists::{self, contact_store};
use crate::clock::Instant;
use crate::db::key_store::list_keys;
use crate::db::row_count::RowCount;
use crate::db::schema::{
    booking_requests, holds, request_marks, request_news, request_nights, revisions,
};
use crate::db::{AnyBackend, Reader};
use crate::error::Result;
use crate::ids::{ArtistId, ContactId, KeyId, RequestId};
use crate::sealed::Sealed;

/// What narrows the lists of the dashboard.
#[derive(Debug, Clone)]
pub struct Narrowed {
    /// On whose desk; everybody's when none.
    pub desk: Option<Desk>,
    /// These as well, on whosever desk they lie.
    pub also: Vec<RequestId>,
    /// Where they are in their life; anywhere when none.
    pub state: Option<State>,
    /// With a night on this day or later (`2027-03-13`); any when empty.
    pub from: String,
    /// With a night on this day or earlier; any when empty.
    pub to: String,
    /// Who reads.
    pub reader: ContactId,
    /// Which of those that the reader put away or has not read.
    pub kept: Kept,
}

impl Narrowed {
    /// The first and the last day between which a night lies, if it matters.
    fn nights(&self) -> Option<(String, String)> {
        let to = if self.to.is_empty() { LAST_DAY } else { &self.to };
        let matters = !self.from.is_empty() || !self.to.is_empty();
        matters.then(|| (self.from.clone(), to.to_owned()))
    }
}

/// The last day that is written with four digits for its year.
const LAST_DAY: &str = "9999-12-31";

/// Which requests a list shows, by what its reader did with them.
#[derive(Debug, Clone)]
pub enum Kept {
    /// Those that the reader did not put away.
    InSight,
    /// Those that the reader did.
    PutAway,
    /// Those in which something is new for the reader.
    New,
    /// Only these: few, so that they are looked up one by one.
    These(Vec<RequestId>),
}

/// A request on a list.
#[derive(Debug, Clone)]
pub struct Line {
    /// The request.
    pub id: RequestId,
    /// Who is asked.
    pub artist: ArtistId,
    /// Where it is in its life.
    pub state: State,
    /// On whose desk it lies.
    pub desk: Desk,
    /// Where the event is.
    pub city: String,
    /// The first of its nights (`2027-03-13`).
    pub first_night: String,
    /// When it closes by itself.
    pub expires_at: Instant,
    /// When it was sent.
    pub sent_at: Instant,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = booking_requests)]
struct Row {
    id: i64,
    artist: i64,
    state: State,
    desk: Desk,
    event_city: String,
    first_night: String,
    expires_at: i64,
    sent_at: Option<i64>,
}

impl From<Row> for Line {
    fn from(row: Row) -> Self {
        Self {
            id: RequestId(row.id),
            artist: ArtistId(row.artist),
            state: row.state,
            desk: row.desk,
            city: row.event_city,
            first_night: row.first_night,
            expires_at: Instant::from_micros(row.expires_at),
            sent_at: Instant::from_micros(row.sent_at.unwrap_or_default()),
        }
    }
}

/// Applies what narrows a list to a query of it.
macro_rules! narrow {
    ($query:expr, $narrowed:expr) => {{
        let mut query = $query.into_boxed::<AnyBackend>();
        query = match $narrowed.desk {
            Some(desk) if $narrowed.also.is_empty() => {
                query.filter(booking_requests::desk.eq(desk))
            }
            Some(desk) => {
                let also = $narrowed.also.iter().map(|id| id.0);
                let also = booking_requests::id.eq_any(also.collect::<Vec<_>>());
                query.filter(booking_requests::desk.eq(desk).or(also))
            }
            None => query,
        };
        if let Some(state) = $narrowed.state {
            query = query.filter(booking_requests::state.eq(state));
        }
        if let Some((from, to)) = $narrowed.nights() {
            let nights = request_nights::table
                .filter(request_nights::request.eq(booking_requests::id))
                .filter(request_nights::night.between(from, to));
            query = query.filter(exists(nights));
        }
        let put_away = request_marks::table
            .filter(request_marks::contact.eq($narrowed.reader.0))
            .filter(request_marks::request.eq(booking_requests::id))
            .filter(request_marks::archived_at.is_not_null());
        query = match &$narrowed.kept {
            Kept::InSight => query.filter(not(exists(put_away))),
            Kept::PutAway => query.filter(exists(put_away)),
            Kept::New => query.filter(exists(
                request_news::table
                    .filter(request_news::contact.eq($narrowed.reader.0))
                    .filter(request_news::request.eq(booking_requests::id)),
            )),
            Kept::These(ids) => {
                query.filter(booking_requests::id.eq_any(ids.iter().map(|id| id.0)))
            }
        };
        query
    }};
}

/// The requests of a promoter whose hold is challenged: there are two days to answer that, whoever made
/// the last offer. Those on the promoter's own desk are not among them.
pub fn list_challenged(reader: &mut Reader<'_>, promoter: ContactId) -> Result<Vec<RequestId>> {
    const MOST: i64 = 100;
    let challenged = holds::table
        .filter(holds::request.eq(booking_requests::id))
        .filter(holds::challenger.is_not_null());
    let ids: Vec<i64> = booking_requests::table
        .filter(booking_requests::contact.eq(promoter.0))
        .filter(booking_requests::state.eq_any([State::OnHold, State::Countered]))
        .filter(booking_requests::desk.ne(Desk::Promoter))
        .filter(exists(challenged))
        .select(booking_requests::id)
        .limit(MOST)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(RequestId).collect())
}

/// What a person asked, the newest first, older than `before`.
pub fn list_asked(
    reader: &mut Reader<'_>,
    contact: ContactId,
    (before, most): (RequestId, usize),
    narrowed: &Narrowed,
) -> Result<Vec<Line>> {
    let asked = booking_requests::table
        .filter(booking_requests::contact.eq(contact.0))
        .filter(booking_requests::sent_at.is_not_null())
        .filter(booking_requests::id.lt(before.0))
        .order(booking_requests::id.desc())
        .select(Row::as_select())
        .limit(most as i64);
    let rows: Vec<Row> = narrow!(asked, narrowed).load(reader.conn)?;
    Ok(rows.into_iter().map(Line::from).collect())
}

/// What these artists were asked, the newest first, older than `before`, and of each what had not
/// ended when the reader joined its team.
pub fn list_asked_of(
    reader: &mut Reader<'_>,
    joined: &[(ArtistId, Instant)],
    (before, most): (RequestId, usize),
    narrowed: &Narrowed,
) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (artist, joined) in joined {
        let had_not_ended = booking_requests::closed_at
            .is_null()
            .or(booking_requests::closed_at.ge(joined.micros()));
        let asked = booking_requests::table
            .filter(booking_requests::artist.eq(artist.0))
            .filter(booking_requests::sent_at.is_not_null())
            .filter(had_not_ended)
            .filter(booking_requests::id.lt(before.0))
            .order(booking_requests::id.desc())
            .select(Row::as_select())
            .limit(most as i64);
        let rows: Vec<Row> = narrow!(asked, narrowed).load(reader.conn)?;
        lines.extend(rows.into_iter().map(Line::from));
    }
    lines.sort_by_key(|line| std::cmp::Reverse(line.id));
    lines.truncate(most);
    Ok(lines)
}

/// How many requests that they did not put away wait for a person, as who asks and as one of the
/// artists' people; counted to a hundred.
pub fn count_waiting(
    reader: &mut Reader<'_>,
    contact: ContactId,
    artists: impl Iterator<Item = ArtistId>,
) -> Result<i64> {
    const MOST: i64 = 100;
    let put_away = || {
        request_marks::table
            .filter(request_marks::contact.eq(contact.0))
            .filter(request_marks::request.eq(booking_requests::id))
            .filter(request_marks::archived_at.is_not_null())
    };
    let asked = booking_requests::table
        .filter(booking_requests::contact.eq(contact.0))
        .filter(booking_requests::desk.eq(Desk::Promoter))
        .filter(not(exists(put_away())))
        .order(booking_requests::id.desc())
        .select(booking_requests::id)
        .limit(MOST);
    let mut waiting: i64 = RowCount(asked).get_result(reader.conn)?;
    for artist in artists {
        let asked = booking_requests::table
            .filter(booking_requests::artist.eq(artist.0))
            .filter(booking_requests::desk.eq(Desk::Artist))
            .filter(not(exists(put_away())))
            .order(booking_requests::id.desc())
            .select(booking_requests::id)
            .limit(MOST);
        waiting += RowCount(asked).get_result::<i64>(reader.conn)?;
    }
    Ok(waiting.min(MOST))
}

/// Of the terms of a request the name of its event: the rest is passed over when they are opened.
#[derive(Debug, Serialize, Deserialize)]
struct Titled {
    event: Title,
}

#[derive(Debug, Serialize, Deserialize)]
struct Title {
    name: String,
}

/// The names of the events of these requests, as their newest terms have them.
pub fn list_event_names(
    reader: &mut Reader<'_>,
    requests: &[RequestId],
) -> Result<HashMap<RequestId, String>> {
    let terms = open_terms::<Titled>(reader, requests, i64::MAX)?;
    Ok(terms.into_iter().map(|(request, titled)| (request, titled.event.name)).collect())
}

/// The newest terms of these requests.
pub fn list_terms(
    reader: &mut Reader<'_>,
    requests: &[RequestId],
) -> Result<HashMap<RequestId, Terms>> {
    open_terms(reader, requests, i64::MAX)
}

/// The terms of these requests as they were sent.
pub fn list_first_terms(
    reader: &mut Reader<'_>,
    requests: &[RequestId],
) -> Result<HashMap<RequestId, Terms>> {
    open_terms(reader, requests, 1)
}

/// The newest terms of these requests up to this offer, as what is wanted of them: two queries, for the
/// terms and for the keys that open them.
fn open_terms<Wanted: Serialize + DeserializeOwned + 'static>(
    reader: &mut Reader<'_>,
    requests: &[RequestId],
    last: i64,
) -> Result<HashMap<RequestId, Wanted>> {
    let ids: Vec<i64> = requests.iter().map(|request| request.0).collect();
    let rows: Vec<(i64, i64, Sealed<Wanted>, i64)> = revisions::table
        .inner_join(booking_requests::table.on(booking_requests::id.eq(revisions::request)))
        .filter(revisions::request.eq_any(ids))
        .filter(revisions::n.le(last))
        .order((revisions::request, revisions::n))
        .select((revisions::request, revisions::id, revisions::terms, booking_requests::key_id))
        .load(reader.conn)?;
    let keys: Vec<KeyId> = rows.iter().map(|(_, _, _, key)| KeyId(*key)).collect();
    let keys = list_keys(reader, &keys)?;
    // Of several offers the last one stays, and is the only one that is opened.
    let newest: HashMap<i64, _> =
        rows.into_iter().map(|(request, id, terms, key)| (request, (id, terms, key))).collect();
    let mut all = HashMap::new();
    for (request, (revision, terms, key)) in newest {
        // A thread whose key is gone has nothing left to say.
        let Some(key) = keys.get(&KeyId(key)) else { continue };
        all.insert(RequestId(request), terms.open(key, terms_place(revision))?);
    }
    Ok(all)
}

/// What ends when a person leaves for good.
#[derive(Debug, Default)]
pub struct Ending {
    /// How many requests are closed.
    pub open: i64,
    /// How many were agreed on: they stay, and the other side is told.
    pub agreed: i64,
    /// The acts for which nobody is left to answer, by name.
    pub acts: Vec<String>,
    /// The acts for which others go on answering, by name.
    pub shared_acts: Vec<String>,
}

/// What would end if a person left now.
pub fn list_ending_with(reader: &mut Reader<'_>, person: ContactId) -> Result<Ending> {
    let open = || OPEN.iter().chain(&[State::Quarantined]).map(|state| state.as_str());
    let agreed = || AGREED.iter().map(|state| state.as_str());
    let by_promoter = |states: Vec<&'static str>| {
        booking_requests::table
            .filter(booking_requests::contact.eq(person.0))
            .filter(booking_requests::sent_at.is_not_null())
            .filter(booking_requests::state.eq_any(states))
            .count()
    };
    let by_artist = |artist: ArtistId, states: Vec<&'static str>| {
        booking_requests::table
            .filter(booking_requests::artist.eq(artist.0))
            .filter(booking_requests::sent_at.is_not_null())
            .filter(booking_requests::state.eq_any(states))
            .count()
    };
    let mut ending = Ending::default();
    ending.open += by_promoter(open().collect()).get_result::<i64>(reader.conn)?;
    ending.agreed += by_promoter(agreed().collect()).get_result::<i64>(reader.conn)?;
    for artist in contact_store::list_artists_of_contact(reader, person)? {
        let name = artists::store::get_artist(reader, artist)?.facts.name;
        if contact_store::list_confirmed_contacts(reader, artist)? != [person] {
            ending.shared_acts.push(name);
            continue;
        }
        ending.open += by_artist(artist, open().collect()).get_result::<i64>(reader.conn)?;
        ending.agreed += by_artist(artist, agreed().collect()).get_result::<i64>(reader.conn)?;
        ending.acts.push(name);
    }
    Ok(ending)
}
