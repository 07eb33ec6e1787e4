//! The tables, alike on both databases (a test compares them with the migrations).

diesel::table! {
    installation (id) {
        id -> BigInt,
        kind -> Text,
        created_at -> BigInt,
        receipt_public -> Binary,
        receipt_secret -> Binary,
        index_secret -> Nullable<Binary>,
        proof_secret -> Nullable<Binary>,
    }
}

diesel::table! {
    data_keys (id) {
        id -> BigInt,
        kind -> Text,
        wrapped -> Nullable<Binary>,
        created_at -> BigInt,
        destroyed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    contacts (id) {
        id -> BigInt,
        key_id -> BigInt,
        address_index -> Binary,
        address -> Binary,
        verified_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    artists (id) {
        id -> BigInt,
        slug -> Text,
        name -> Text,
        listing -> Text,
        hidden_from -> Nullable<Text>,
        hidden_reason -> Nullable<Text>,
        genres -> Text,
        country -> Nullable<Text>,
        city -> Nullable<Text>,
        bio -> Text,
        plays -> Text,
        links -> Text,
        floor -> Text,
        source -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        slug_since -> Nullable<BigInt>,
        asked_count -> BigInt,
        answered_count -> BigInt,
        answer_minutes -> BigInt,
    }
}

diesel::table! {
    artist_external_ids (scheme, value) {
        scheme -> Text,
        value -> Text,
        artist -> BigInt,
    }
}

diesel::table! {
    stat_points (id) {
        id -> BigInt,
        artist -> BigInt,
        metric -> Text,
        value -> BigInt,
        source_kind -> Text,
        source -> Text,
        observed_on -> Text,
        expires_on -> Nullable<Text>,
    }
}

diesel::table! {
    artist_contacts (artist, contact) {
        artist -> BigInt,
        contact -> BigInt,
        confirmed_at -> Nullable<BigInt>,
        role -> Text,
        is_owner -> BigInt,
        capabilities -> Text,
    }
}

diesel::table! {
    successions (artist) {
        artist -> BigInt,
        heir -> BigInt,
        due_at -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    artist_cards (artist) {
        artist -> BigInt,
        slug -> Text,
        name -> Text,
        name_key -> Text,
        genres -> Text,
        country -> Text,
        city -> Text,
        city_key -> Text,
        popularity -> BigInt,
        band -> BigInt,
        spark -> Text,
        bookable -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        photo -> Text,
    }
}

diesel::table! {
    artist_genres (genre, artist) {
        genre -> Text,
        country -> Text,
        popularity -> BigInt,
        artist -> BigInt,
        created_at -> BigInt,
        name_key -> Text,
    }
}

diesel::table! {
    artist_terms (term, popularity, artist) {
        term -> Text,
        popularity -> BigInt,
        artist -> BigInt,
    }
}

diesel::table! {
    artist_facets (facet, popularity, artist) {
        facet -> Text,
        popularity -> BigInt,
        artist -> BigInt,
    }
}

diesel::table! {
    artist_words_due (artist) {
        artist -> BigInt,
        since -> BigInt,
    }
}

diesel::table! {
    token_deletes (variant, token) {
        variant -> Text,
        token -> Text,
    }
}

diesel::table! {
    disclaimer_versions (number) {
        number -> BigInt,
        locale -> Text,
        body -> Text,
        sha256 -> Text,
        effective_at -> BigInt,
    }
}

diesel::table! {
    acceptances (id) {
        id -> BigInt,
        request -> BigInt,
        side -> Text,
        version -> BigInt,
        text_sha256 -> Text,
        accepted_at -> BigInt,
        key_id -> BigInt,
        body -> Nullable<Binary>,
        salt -> Nullable<Binary>,
        chain_n -> Nullable<BigInt>,
    }
}

diesel::table! {
    receipt_chain (n) {
        n -> BigInt,
        commitment -> Text,
        link -> Text,
        appended_at -> BigInt,
    }
}

diesel::table! {
    receipt_head (id) {
        id -> BigInt,
        n -> BigInt,
        link -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    booking_requests (id) {
        id -> BigInt,
        artist -> BigInt,
        contact -> Nullable<BigInt>,
        key_id -> BigInt,
        state -> Text,
        quarantined_from -> Nullable<Text>,
        acceptance -> Nullable<BigInt>,
        artist_acceptance -> Nullable<BigInt>,
        accepted_sha256 -> Nullable<Text>,
        requester -> Binary,
        event_city -> Text,
        event_country -> Text,
        first_night -> Text,
        last_start_at -> BigInt,
        expires_at -> BigInt,
        age_attested -> Text,
        policy_version -> BigInt,
        address_corrected -> BigInt,
        created_at -> BigInt,
        sent_at -> Nullable<BigInt>,
        closed_at -> Nullable<BigInt>,
        version -> BigInt,
        night -> Nullable<Text>,
        night_starts_at -> Nullable<BigInt>,
        night_ends_at -> Nullable<BigInt>,
        half_confirmed_by -> Nullable<Text>,
        nudged_revision -> Nullable<BigInt>,
        desk -> Text,
        answered_at -> Nullable<BigInt>,
        replied_at -> Nullable<BigInt>,
        brief -> Nullable<BigInt>,
        asked -> BigInt,
    }
}

diesel::table! {
    shortlisted (contact, artist) {
        contact -> BigInt,
        artist -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    request_templates (id) {
        id -> BigInt,
        contact -> BigInt,
        body -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    request_news (contact, request) {
        contact -> BigInt,
        request -> BigInt,
        since -> BigInt,
    }
}

diesel::table! {
    request_marks (contact, request) {
        contact -> BigInt,
        request -> BigInt,
        archived_at -> Nullable<BigInt>,
        muted_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    saved_views (id) {
        id -> BigInt,
        contact -> BigInt,
        body -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    answer_counts (artist) {
        artist -> BigInt,
        due_at -> BigInt,
    }
}

diesel::table! {
    attachments (id) {
        id -> BigInt,
        request -> BigInt,
        message -> BigInt,
        side -> Text,
        kind -> Text,
        label -> Binary,
        size -> BigInt,
        body -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    message_drafts (id) {
        id -> BigInt,
        contact -> BigInt,
        request -> BigInt,
        body -> Binary,
        updated_at -> BigInt,
    }
}

diesel::table! {
    artist_papers (id) {
        id -> BigInt,
        artist -> BigInt,
        purpose -> Text,
        kind -> Nullable<Text>,
        key_id -> BigInt,
        name -> Binary,
        size -> BigInt,
        body -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    artist_blocks (id) {
        id -> BigInt,
        artist -> BigInt,
        contact -> Nullable<BigInt>,
        request -> Nullable<BigInt>,
        domain -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    holds (request) {
        request -> BigInt,
        artist -> BigInt,
        night -> Text,
        placed_at -> BigInt,
        promised_until -> BigInt,
        expires_at -> BigInt,
        challenger -> Nullable<BigInt>,
        stood_at -> Nullable<BigInt>,
        taken -> BigInt,
    }
}

diesel::table! {
    calendars (artist) {
        artist -> BigInt,
        travel_minutes -> BigInt,
        version -> BigInt,
        pending_blocks -> BigInt,
        filled_until -> Text,
    }
}

diesel::table! {
    calendar_blocks (id) {
        id -> BigInt,
        artist -> BigInt,
        first_day -> Text,
        last_day -> Text,
        repeats -> Text,
        repeats_until -> Nullable<Text>,
        imported -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    calendar_feeds (id) {
        id -> BigInt,
        artist -> BigInt,
        contact -> BigInt,
        token_index -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    request_nights (request, night) {
        request -> BigInt,
        night -> Text,
        artist -> BigInt,
    }
}

diesel::table! {
    artist_busy_days (artist, day) {
        artist -> BigInt,
        day -> Text,
    }
}

diesel::table! {
    revisions (id) {
        id -> BigInt,
        request -> BigInt,
        n -> BigInt,
        side -> Text,
        terms -> Binary,
        sha256 -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    messages (id) {
        id -> BigInt,
        request -> BigInt,
        side -> Text,
        body -> Binary,
        created_at -> BigInt,
        contact -> Nullable<BigInt>,
        role -> Nullable<Text>,
    }
}

diesel::table! {
    request_events (id) {
        id -> BigInt,
        request -> BigInt,
        #[sql_name = "move"]
        made_move -> Text,
        state -> Text,
        actor -> Text,
        note -> Nullable<Binary>,
        created_at -> BigInt,
        contact -> Nullable<BigInt>,
        role -> Nullable<Text>,
    }
}

diesel::table! {
    submissions (key_index) {
        key_index -> Binary,
        body_index -> Binary,
        request -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    links (id) {
        id -> BigInt,
        token_index -> Binary,
        purpose -> Text,
        side -> Text,
        request -> Nullable<BigInt>,
        artist -> Nullable<BigInt>,
        contact -> BigInt,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
        invites -> BigInt,
    }
}

diesel::table! {
    outbox (id) {
        id -> BigInt,
        kind -> Text,
        state -> Text,
        dedupe_key -> Text,
        message_id -> Text,
        recipient_index -> Binary,
        key_id -> BigInt,
        mail -> Nullable<Binary>,
        request -> Nullable<BigInt>,
        attempts -> BigInt,
        created_at -> BigInt,
        due_at -> BigInt,
        claimed_at -> Nullable<BigInt>,
        finished_at -> Nullable<BigInt>,
        last_reply -> Nullable<Text>,
    }
}

diesel::table! {
    mail_allowances (recipient_index) {
        recipient_index -> Binary,
        version -> BigInt,
    }
}

diesel::table! {
    tickets (id) {
        id -> BigInt,
        kind -> Text,
        topic -> Text,
        artist -> Nullable<BigInt>,
        key_id -> BigInt,
        body -> Binary,
        created_at -> BigInt,
        address_index -> Nullable<Binary>,
        decision -> Nullable<Text>,
        decided_at -> Nullable<BigInt>,
        decided_by -> Nullable<BigInt>,
        reason -> Nullable<Binary>,
    }
}

diesel::table! {
    accounts (id) {
        id -> BigInt,
        contact -> BigInt,
        name -> Binary,
        role -> Text,
        country -> Text,
        age_attested -> Text,
        policy_version -> BigInt,
        created_at -> BigInt,
        frozen_at -> Nullable<BigInt>,
        frozen_reason -> Nullable<Binary>,
        version -> BigInt,
        name_index -> Nullable<Binary>,
        zone -> Text,
        digest_due_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        token_index -> Binary,
        account -> BigInt,
        device -> Text,
        network -> Text,
        strong -> BigInt,
        created_at -> BigInt,
        seen_at -> BigInt,
        expires_at -> BigInt,
        elevated_until -> Nullable<BigInt>,
    }
}

diesel::table! {
    passwords (account) {
        account -> BigInt,
        hash -> Binary,
        is_short -> BigInt,
        failures -> BigInt,
        failed_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    notification_switches (account, notice) {
        account -> BigInt,
        notice -> Text,
        switched_off_at -> BigInt,
        how -> Text,
    }
}

diesel::table! {
    staff_looks (id) {
        id -> BigInt,
        account -> BigInt,
        staff -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    sign_ins (id) {
        id -> BigInt,
        token_index -> Binary,
        contact -> BigInt,
        browser_index -> Binary,
        next -> Text,
        body -> Nullable<Binary>,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    artist_links (link, artist) {
        link -> Text,
        artist -> BigInt,
    }
}

diesel::table! {
    artist_unseen_names (name, artist) {
        name -> Text,
        artist -> BigInt,
    }
}

diesel::table! {
    artist_old_slugs (slug) {
        slug -> Text,
        artist -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    artist_changes (id) {
        id -> BigInt,
        artist -> BigInt,
        contact -> Nullable<BigInt>,
        what -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    second_factors (account) {
        account -> BigInt,
        seed -> Binary,
        last_step -> BigInt,
        failures -> BigInt,
        failed_at -> Nullable<BigInt>,
        created_at -> BigInt,
        confirmed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    recovery_codes (account, code_index) {
        account -> BigInt,
        code_index -> Binary,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    address_changes (id) {
        id -> BigInt,
        account -> BigInt,
        token_index -> Binary,
        undo_index -> Nullable<Binary>,
        body -> Binary,
        created_at -> BigInt,
        expires_at -> BigInt,
        changed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    passkeys (id) {
        id -> BigInt,
        account -> BigInt,
        credential_index -> Binary,
        body -> Binary,
        name -> Binary,
        created_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    passkey_ceremonies (id) {
        id -> BigInt,
        token_index -> Binary,
        account -> Nullable<BigInt>,
        state -> Binary,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    identities (id) {
        id -> BigInt,
        account -> BigInt,
        provider -> Text,
        subject_index -> Binary,
        body -> Binary,
        linked_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    provider_sign_ins (id) {
        id -> BigInt,
        state_index -> Binary,
        browser_index -> Binary,
        provider -> Text,
        secrets -> Binary,
        next -> Text,
        session -> Nullable<BigInt>,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    artist_photos (artist, width) {
        artist -> BigInt,
        width -> BigInt,
        height -> BigInt,
        sha256 -> Text,
        bytes -> Nullable<Binary>,
        alt -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    handovers (id) {
        id -> BigInt,
        artist -> BigInt,
        claimant -> BigInt,
        state -> Text,
        due_at -> BigInt,
        objection -> Nullable<BigInt>,
        objector -> Nullable<BigInt>,
        created_at -> BigInt,
        settled_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    removed_artists (mark, removal) {
        mark -> Binary,
        removal -> BigInt,
        removed_at -> BigInt,
    }
}

diesel::table! {
    page_versions (source) {
        source -> BigInt,
        version -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    installation,
    data_keys,
    contacts,
    artists,
    artist_external_ids,
    stat_points,
    artist_contacts,
    artist_cards,
    artist_genres,
    artist_terms,
    artist_facets,
    artist_words_due,
    token_deletes,
    disclaimer_versions,
    acceptances,
    receipt_chain,
    receipt_head,
    booking_requests,
    artist_busy_days,
    calendar_blocks,
    calendar_feeds,
    calendars,
    holds,
    request_nights,
    revisions,
    messages,
    request_events,
    submissions,
    links,
    outbox,
    mail_allowances,
    tickets,
    accounts,
    sessions,
    sign_ins,
    artist_links,
    artist_unseen_names,
    artist_old_slugs,
    artist_changes,
    second_factors,
    recovery_codes,
    address_changes,
    staff_looks,
    notification_switches,
    passwords,
    passkeys,
    passkey_ceremonies,
    identities,
    provider_sign_ins,
    artist_photos,
    handovers,
    removed_artists,
    successions,
    request_news,
    request_marks,
    saved_views,
    artist_blocks,
    shortlisted,
    answer_counts,
    attachments,
    message_drafts,
    artist_papers,
    request_templates,
);
