"""What another program understands of a calendar.

    read_calendar.py < calendar.ics

Prints a list in JSON with one object for each event: uid, sequence, status, start, end, summary,
location, all_day. Times have the offset of their zone; a whole day is a date, and "end" is the day
after the last. What is not said is null.

It ends with 1 and says why on standard error where the calendar breaks a rule that many programs
forgive: a line of more than 75 octets or without CRLF, a property that cannot be read, a zone that
is named but not described, or described with another offset than it has at the time of an event.

Needs the package icalendar, 6.x.
"""

import datetime
import json
import sys

import icalendar
from icalendar.timezone import tzp


def complain(what):
    sys.exit(f"read_calendar.py: {what}")


def check_lines(raw):
    if not raw.endswith(b"\r\n"):
        complain("the last line does not end in CRLF")
    for line in raw.split(b"\r\n"):
        if len(line) > 75:
            complain(f"a line of {len(line)} octets: {line!r}")
        if any(byte < 0x20 and byte != 0x09 for byte in line):
            complain(f"a control character: {line!r}")


def check_zone(event, name, zones):
    """The description in the file says of the moment what the database of zones says of it."""
    moment = event.get(name)
    zone = moment.params.get("TZID")
    if zone is None:
        return
    if zone not in zones:
        complain(f"{zone} is named but not described")
    if moment.dt.replace(fold=1).utcoffset() != moment.dt.utcoffset():
        return  # The clocks skip or repeat this hour; programs differ on what is meant.
    local = moment.dt.replace(tzinfo=None)
    described = local.replace(tzinfo=zones[zone]).utcoffset()
    if described != moment.dt.utcoffset():
        complain(f"{zone} at {local}: {described} is described, {moment.dt.utcoffset()} it is")


def iso(event, name):
    moment = event.get(name)
    return None if moment is None else moment.dt.isoformat()


def text(event, name):
    value = event.get(name)
    return None if value is None else str(value)


def read(event, zones):
    if event.errors:
        complain(f"unreadable: {event.errors}")
    for name in ("DTSTART", "DTEND"):
        if event.get(name) is not None:
            check_zone(event, name, zones)
    start = event.get("DTSTART")
    sequence = event.get("SEQUENCE")
    return {
        "uid": text(event, "UID"),
        "sequence": None if sequence is None else int(sequence),
        "status": text(event, "STATUS"),
        "start": iso(event, "DTSTART"),
        "end": iso(event, "DTEND"),
        "summary": text(event, "SUMMARY"),
        "location": text(event, "LOCATION"),
        "all_day": start is not None and not isinstance(start.dt, datetime.datetime),
    }


def main():
    raw = sys.stdin.buffer.read()
    check_lines(raw)
    calendar = icalendar.Calendar.from_ical(raw)
    if calendar.errors:
        complain(f"unreadable: {calendar.errors}")
    zones = {
        str(zone["TZID"]): zone.to_tz(tzp, lookup_tzid=False)
        for zone in calendar.walk("VTIMEZONE")
    }
    events = [read(event, zones) for event in calendar.walk("VEVENT")]
    json.dump(events, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
