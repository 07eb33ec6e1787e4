-- Both lists of the dashboard by a single state, newest first.
CREATE INDEX booking_requests_artist_state ON booking_requests (artist, state, id);
CREATE INDEX booking_requests_contact_state ON booking_requests (contact, state, id);
