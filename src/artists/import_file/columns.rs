//! Which column of a file is which field of an artist.

use super::errors::FileError;
use super::fields::{Field, MapRule, SYNONYMS, plain, same_column};

/// The columns of a file.
#[derive(Debug)]
pub(super) struct Columns {
    /// The cells of the header; empty for a file without one.
    pub header: Vec<String>,
    /// What each column holds; its length is the width of the file.
    pub fields: Vec<Field>,
}

impl Columns {
    /// Applies the rules, then the usual names where no rule has spoken.
    pub(super) fn new(
        header: Vec<String>,
        width: usize,
        rules: &[MapRule],
    ) -> Result<Self, FileError> {
        let mut fields: Vec<Option<Field>> = vec![None; width];
        let columns = Columns { header, fields: vec![Field::Ignored; width] };
        for rule in rules {
            let Some(index) = rule.index_in(&columns.header, width) else {
                let column = rule.column.clone();
                return Err(FileError::NoSuchColumn { column, found: columns.names() });
            };
            let taken = fields.iter().position(|f| f.as_ref() == Some(&rule.field));
            if let Some(other) = taken.filter(|&other| other != index && !rule.field.repeats()) {
                let columns = [columns.name(other), columns.name(index)];
                return Err(FileError::TwoColumns { field: rule.field.clone(), columns });
            }
            fields[index] = Some(rule.field.clone());
        }
        for (field, names) in &SYNONYMS {
            // A file may have several columns of links, but `id` beside `artist_id` counts rows.
            let once = *field != Field::Links;
            if once && fields.contains(&Some(field.clone())) {
                continue;
            }
            for name in names.split_whitespace() {
                let called_so = |&index: &usize| plain(&columns.header[index]) == name;
                let found: Vec<usize> = (0..columns.header.len())
                    .filter(|&index| fields[index].is_none())
                    .filter(called_so)
                    .collect();
                if let ([first, second, ..], true) = (&found[..], once) {
                    let columns = [columns.name(*first), columns.name(*second)];
                    return Err(FileError::TwoColumns { field: field.clone(), columns });
                }
                for &index in &found {
                    fields[index] = Some(field.clone());
                }
                if once && !found.is_empty() {
                    break;
                }
            }
        }
        for (index, name) in columns.header.iter().enumerate() {
            if let (None, Some(Field::IdOf(scheme))) = (&fields[index], Field::by_column_name(name))
            {
                fields[index] = Some(Field::IdOf(scheme));
            }
        }
        if !fields.contains(&Some(Field::Name)) {
            return Err(FileError::NoNameColumn { found: columns.names() });
        }
        let fields = fields.into_iter().map(|field| field.unwrap_or(Field::Ignored)).collect();
        Ok(Columns { header: columns.header, fields })
    }

    /// How a column is called in a report: by its header, or by its position.
    pub(super) fn name(&self, index: usize) -> String {
        match self.header.get(index) {
            Some(name) if !name.is_empty() => name.clone(),
            _ => format!("column {}", index + 1),
        }
    }

    fn names(&self) -> Vec<String> {
        (0..self.fields.len()).map(|index| self.name(index)).collect()
    }

    /// Whether a record is the header once more.
    pub(super) fn is_header(&self, values: &[&str]) -> bool {
        values.len() == self.header.len()
            && values.iter().zip(&self.header).all(|(value, name)| same_column(value, name))
    }
}

#[cfg(test)]
mod tests {
    use super::{Columns, Field, FileError, MapRule};

    fn columns(header: &[&str], rules: &[&str]) -> Result<Vec<Field>, FileError> {
        let header: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
        let rules: Vec<MapRule> = rules.iter().map(|rule| rule.parse().unwrap()).collect();
        let width = header.len();
        Columns::new(header, width, &rules).map(|columns| columns.fields)
    }

    #[test]
    fn columns_are_known_by_their_usual_names() {
        let fields = columns(
            &[
                "Artist ID",
                "artistName",
                "GENRES",
                "Monthly Listeners",
                "mbid",
                "Apple Music ID",
                "x",
            ],
            &[],
        );
        assert_eq!(
            fields.unwrap(),
            [
                Field::Id,
                Field::Name,
                Field::Genres,
                Field::MonthlyListeners,
                Field::IdOf("musicbrainz".to_owned()),
                Field::IdOf("apple_music".to_owned()),
                Field::Ignored,
            ]
        );
    }

    #[test]
    fn the_more_telling_name_wins() {
        let fields = columns(&["name", "artist_name", "id", "url", "link"], &[]).unwrap();
        assert_eq!(fields[..2], [Field::Ignored, Field::Name]);
        assert_eq!(fields[3..], [Field::Links, Field::Links]);
    }

    #[test]
    fn a_rule_wins_over_names_and_may_give_a_position() {
        let rules = ["performer=name", "3=followers", "id=id:songkick", "popularity=ignore"];
        let fields = columns(&["performer", "name", "fans", "id", "popularity"], &rules).unwrap();
        assert_eq!(
            fields,
            [
                Field::Name,
                Field::Ignored,
                Field::Followers,
                Field::IdOf("songkick".to_owned()),
                Field::Ignored,
            ]
        );
    }

    #[test]
    fn what_cannot_be_decided_is_an_error_that_names_the_columns() {
        assert!(matches!(columns(&["foo", "genres"], &[]), Err(FileError::NoNameColumn { .. })));
        assert!(matches!(columns(&["name", "Name"], &[]), Err(FileError::TwoColumns { .. })));
        assert!(matches!(
            columns(&["a", "b"], &["a=name", "b=name"]),
            Err(FileError::TwoColumns { .. })
        ));
        let missing = columns(&["name"], &["5=city"]).unwrap_err().to_string();
        assert_eq!(missing, "the file has no column \"5\"; it has: name");
    }
}
