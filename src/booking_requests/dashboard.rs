//! The lists of requests of one person: what is wanted of them, and how they are read.

use std::collections::{HashMap, HashSet};

use super::State;
use super::answers::{self, Reliability};
use super::dashboard_store::{self, Kept, Line, Narrowed};
use super::letters::is_held_from;
use super::news_store;
use super::situation::Desk;
use super::view_store::{self, SavedView};
use crate::artists::names::name_key;
use crate::artists::team::Capability;
use crate::artists::{self, Artist, team_store};
use crate::clock::Instant;
use crate::db::Reader;
use crate::db::types::choices;
use crate::error::Result;
use crate::ids::{ArtistId, ContactId, RequestId, ViewId};
use crate::people::links::Side;
use crate::people::store::get_contact;

/// Requests a page.
const A_PAGE: usize = 25;
/// Requests that are looked through for words at a time.
const AT_A_TIME: usize = 100;
/// The newest requests that are looked through for words. What people wrote is sealed, so that words
/// are compared here and by no index.
const LOOKED_THROUGH: usize = 2_000;

/// So far is counted what waits and what is new.
const COUNTED: usize = 100;

choices! {
    /// Which requests are shown.
    Show {
        /// All of them but what the reader put away.
        All = "all", "Everything";
        /// Something happened that the reader has not said to have read.
        New = "new", "New";
        /// The reader's side has to answer.
        Turn = "turn", "Your turn";
        /// The other side has.
        Waiting = "waiting", "Waiting for the other side";
        /// Agreed on, the night still to come.
        Agreed = "agreed", "Agreed";
        /// Over.
        Ended = "ended", "Ended";
        /// What the reader put away.
        Archived = "archived", "Archived";
    }
}

impl Show {
    /// On whose desk those requests lie in which the reader stands on this side.
    fn desk(self, side: Side) -> Option<Desk> {
        match self {
            Self::All | Self::New | Self::Archived => None,
            Self::Turn => Some(side.into()),
            Self::Waiting => Some(side.other().into()),
            Self::Agreed => Some(Desk::Agreed),
            Self::Ended => Some(Desk::Ended),
        }
    }
}

/// What is wanted of the lists.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Of what was asked, those older than this.
    pub asked_before: RequestId,
    /// Of what the acts were asked, those older than this.
    pub received_before: RequestId,
    /// Which.
    pub show: Show,
    /// Words of the act's or the event's name or of the city; may be empty.
    pub words: String,
    /// Where in their life.
    pub state: Option<State>,
    /// With a night on this day or later; may be empty.
    pub from: String,
    /// With a night on this day or earlier; may be empty.
    pub to: String,
}

impl Wanted {
    /// Whether anything is left out.
    pub fn is_narrowed(&self) -> bool {
        self.show != Show::All
            || self.state.is_some()
            || [&self.words, &self.from, &self.to].iter().any(|text| !text.is_empty())
    }

    /// Which of those that the reader put away or has not read.
    fn kept(
        &self,
        reader: &mut Reader<'_>,
        contact: ContactId,
        news: &[RequestId],
    ) -> Result<Kept> {
        let few = |ids: Vec<RequestId>, many: Kept| match ids.len() {
            0..COUNTED => Kept::These(ids),
            _ => many,
        };
        Ok(match self.show {
            Show::New => few(news.to_vec(), Kept::New),
            Show::Archived => {
                few(news_store::list_archived(reader, contact, COUNTED)?, Kept::PutAway)
            }
            _ => Kept::InSight,
        })
    }

    fn narrowed(&self, side: Side, reader: ContactId, kept: Kept, also: &[RequestId]) -> Narrowed {
        Narrowed {
            desk: self.show.desk(side),
            also: match (self.show, side) {
                (Show::Turn, Side::Promoter) => also.to_vec(),
                _ => Vec::new(),
            },
            state: self.state,
            from: self.from.clone(),
            to: self.to.clone(),
            reader,
            kept,
        }
    }
}

/// A page of a list.
#[derive(Debug, Default)]
pub struct List {
    /// Its requests.
    pub lines: Vec<Line>,
    /// The last of them, if there are older ones.
    pub older: Option<RequestId>,
}

/// An act for which the reader answers.
#[derive(Debug)]
pub struct Act {
    /// The act.
    pub artist: Artist,
    /// Whether the reader edits its page.
    pub manages: bool,
}

/// Both lists, and the names that stand in them.
#[derive(Debug)]
pub struct Lists {
    /// What the reader asked.
    pub asked: List,
    /// What the reader's acts were asked.
    pub received: List,
    /// How many requests wait for the reader, to a hundred.
    pub waiting: i64,
    /// In how many something is new for the reader, to a hundred.
    pub new: usize,
    /// In which of those that are listed.
    pub news: HashSet<RequestId>,
    /// Those that the reader asked whose hold is challenged, so that it is the reader's turn.
    pub challenged: Vec<RequestId>,
    /// The searches that the reader keeps.
    pub views: Vec<(ViewId, SavedView)>,
    /// The names of the acts.
    pub names: HashMap<ArtistId, String>,
    /// The names of the events.
    pub events: HashMap<RequestId, String>,
    /// The acts for which the reader answers.
    pub acts: Vec<Act>,
    /// How the reader answers acts, as those read that they write to.
    pub figures: Reliability,
}

/// Reads both lists as they are wanted.
pub fn read(
    reader: &mut Reader<'_>,
    contact: ContactId,
    wanted: &Wanted,
    now: Instant,
) -> Result<Lists> {
    let joined = artists::contact_store::list_joined(reader, contact)?;
    let own = joined.iter().map(|(artist, _)| *artist);
    let waiting = dashboard_store::count_waiting(reader, contact, own)?;
    let person = get_contact(reader, contact)?;
    let challenged = dashboard_store::list_challenged(reader, contact)?;
    let news = news_store::list_new(reader, contact, COUNTED)?;
    let kept = wanted.kept(reader, contact, &news)?;
    let mut lists = Lists {
        asked: List::default(),
        received: List::default(),
        waiting: waiting + challenged.len() as i64,
        new: news.len(),
        news: HashSet::new(),
        challenged,
        views: view_store::list_views(reader, &person)?,
        names: HashMap::new(),
        events: HashMap::new(),
        acts: Vec::new(),
        figures: answers::of_promoter(reader, contact, now)?,
    };
    let narrowed = wanted.narrowed(Side::Promoter, contact, kept.clone(), &lists.challenged);
    let asked = (Side::Promoter, wanted.words.as_str(), wanted.asked_before);
    lists.asked = lists.fill(reader, asked, |reader, part| {
        dashboard_store::list_asked(reader, contact, part, &narrowed)
    })?;
    let narrowed = wanted.narrowed(Side::Artist, contact, kept, &lists.challenged);
    let received = (Side::Artist, wanted.words.as_str(), wanted.received_before);
    lists.received = lists.fill(reader, received, |reader, part| {
        dashboard_store::list_asked_of(reader, &joined, part, &narrowed)
    })?;
    let listed = lists.asked.lines.iter().chain(&lists.received.lines);
    let listed: Vec<RequestId> = listed.map(|line| line.id).collect();
    lists.news = news_store::list_new_among(reader, contact, &listed)?;
    let own: Vec<ArtistId> = joined.iter().map(|(artist, _)| *artist).collect();
    for artist in artists::store::list_artists(reader, &own)? {
        let member = team_store::find_member(reader, artist.id, contact)?;
        let manages = member.is_some_and(|member| member.may(Capability::Manage));
        lists.acts.push(Act { artist, manages });
    }
    Ok(lists)
}

impl Lists {
    /// A page of a list: its first lines, or those of its newest that have the words. `page` reads so
    /// many that are older than one of them.
    fn fill(
        &mut self,
        reader: &mut Reader<'_>,
        (side, words, mut before): (Side, &str, RequestId),
        page: impl Fn(&mut Reader<'_>, (RequestId, usize)) -> Result<Vec<Line>>,
    ) -> Result<List> {
        let words: Vec<String> =
            name_key(words).split_whitespace().map(ToOwned::to_owned).collect();
        let (mut list, mut looked_at) = (List::default(), 0);
        let most = if words.is_empty() { A_PAGE } else { AT_A_TIME };
        loop {
            let mut lines = page(reader, (before, most + 1))?;
            let has_more = lines.len() > most;
            lines.truncate(most);
            looked_at += lines.len();
            let last = lines.last().map(|line| line.id);
            self.name(reader, &lines)?;
            for line in lines {
                if words.iter().all(|word| self.key_of(&line, side).contains(word.as_str())) {
                    list.lines.push(line);
                }
                if list.lines.len() == A_PAGE {
                    break;
                }
            }
            let is_full = list.lines.len() == A_PAGE;
            if is_full || !has_more || looked_at >= LOOKED_THROUGH || words.is_empty() {
                let shown = list.lines.last().map(|line| line.id);
                list.older = match is_full {
                    true => shown.filter(|_| has_more || shown != last),
                    // Looked through as far as one page looks: there is more behind it.
                    false => last.filter(|_| has_more),
                };
                return Ok(list);
            }
            before = last.unwrap_or(before);
        }
    }

    /// Learns the names that stand in some lines.
    fn name(&mut self, reader: &mut Reader<'_>, lines: &[Line]) -> Result<()> {
        let mut acts: Vec<ArtistId> = lines.iter().map(|line| line.artist).collect();
        acts.sort_unstable();
        acts.dedup();
        acts.retain(|act| !self.names.contains_key(act));
        if !acts.is_empty() {
            self.names.extend(artists::store::list_names(reader, &acts)?);
        }
        let ids: Vec<RequestId> = lines.iter().map(|line| line.id).collect();
        self.events.extend(dashboard_store::list_event_names(reader, &ids)?);
        Ok(())
    }

    /// What words are looked for in.
    fn key_of(&self, line: &Line, side: Side) -> String {
        let act = self.names.get(&line.artist).map(String::as_str).unwrap_or_default();
        if is_held_from(side, line.state) {
            return name_key(act);
        }
        let event = self.events.get(&line.id).map(String::as_str).unwrap_or_default();
        name_key(&format!("{act} {event} {}", line.city))
    }
}
