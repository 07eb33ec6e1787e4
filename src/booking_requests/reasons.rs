//! Why somebody says no or calls a night off: lists, so that nobody has to find words.

use crate::db::types::choices;

choices! {
    /// Why an artist declines.
    DeclineReason {
        /// Nothing said.
        Other = "other", "No reason given";
        /// The calendar.
        Busy = "busy", "Not free that night";
        /// The place.
        TooFar = "too_far", "Too far from other dates";
        /// The money.
        Fee = "fee", "The offer does not fit";
        /// The event.
        NoFit = "no_fit", "Not the right event for the act";
        /// Too soon.
        Notice = "notice", "Too little notice";
    }
}

choices! {
    /// Why a side calls off what was agreed.
    CancelReason {
        /// Somebody is ill.
        Illness = "illness", "Illness";
        /// The event is not put on.
        EventOff = "event_off", "The event does not take place";
        /// The room is gone.
        Venue = "venue", "The venue is not available";
        /// They could not agree.
        NoAgreement = "no_agreement", "The two sides did not come to an agreement";
        /// Trains, borders, weather.
        Travel = "travel", "The journey is not possible";
        /// What nobody can help.
        Force = "force", "Something that nobody could foresee";
        /// In own words.
        Other = "other", "Another reason";
    }
}
