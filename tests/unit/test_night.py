"""What a night takes, when it begins no more, and what a watched folder finds new."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from qa.domain.attempts import TRIES
from qa.domain.call import CallRecord
from qa.domain.errors import SettingsInvalid
from qa.domain.night import OVERLAP, Past, Since, next_hour, read_budget, read_since, stopping
from qa.ports.runs import FileStamp
from qa.services.ingest import Source
from qa.services.nights import taking
from qa.services.nights.taking import folders_key, taken
from qa.services.nights.watching import Folder
from tests.integration.nights_lab import report

NOW = datetime(2026, 3, 10, 2, 30, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")


# --- from when on ------------------------------------------------------------------------------


def test_yesterday_begins_at_midnight_on_this_machines_clock() -> None:
    since = read_since("YESTERDAY", NOW, SHANGHAI)
    assert since.moment == datetime(2026, 3, 8, 16, 0, tzinfo=UTC)
    assert since.catches_up


def test_a_date_is_taken_at_its_word_in_the_machines_zone_unless_it_says_its_own() -> None:
    assert read_since("2026-03-01", NOW, SHANGHAI).bound(Past(NOW, nights=1)) == datetime(
        2026, 2, 28, 16, 0, tzinfo=UTC
    )
    stated = read_since("2026-03-01T12:00+01:00", NOW, SHANGHAI).bound(Past())
    assert stated == datetime(2026, 3, 1, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize("written", ["tomorrow", "", "2026-13-01", "1 March"])
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(SettingsInvalid, match="is no date"):
        read_since(written, NOW, UTC)


def test_without_a_night_before_everything_is_taken() -> None:
    assert read_since("last", NOW, UTC).bound(Past()) is None


def test_after_a_night_that_left_nothing_what_came_since_is_taken_with_an_overlap() -> None:
    settled = NOW - timedelta(days=1)
    assert read_since("last", NOW, UTC).bound(Past(settled, nights=1)) == settled - OVERLAP


def test_yesterday_reaches_back_over_the_nights_that_were_missed_and_not_less_than_a_day() -> None:
    since = Since(NOW - timedelta(days=1))
    missed_three = NOW - timedelta(days=4)
    assert since.bound(Past(missed_three, nights=4)) == missed_three - OVERLAP
    assert since.bound(Past(NOW - timedelta(hours=2), nights=4)) == NOW - timedelta(days=1)
    assert since.bound(Past()) == NOW - timedelta(days=1)


def test_yesterday_reaches_back_over_nights_that_were_never_made_good() -> None:
    since = Since(NOW - timedelta(days=1))
    assert since.bound(Past(None, NOW - timedelta(days=3), 2)) == NOW - timedelta(days=3)
    assert since.bound(Past(None, None, 1)) is None, "one of them had looked at everything"


# --- how long ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("4h", timedelta(hours=4)),
        ("90m", timedelta(minutes=90)),
        ("90min", timedelta(minutes=90)),
        ("1h30m", timedelta(minutes=90)),
        ("1.5H", timedelta(minutes=90)),
        ("1 h 30 m", timedelta(minutes=90)),
        ("45s", timedelta(seconds=45)),
    ],
)
def test_a_budget_is_written_with_units(written: str, length: timedelta) -> None:
    assert read_budget(written) == length


@pytest.mark.parametrize("written", ["4", "h", "", "4x", "-1h", "0h", "4h!", "8000h", "4h30"])
def test_a_budget_that_says_no_length_is_refused(written: str) -> None:
    with pytest.raises(SettingsInvalid):
        read_budget(written)


# --- until when --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "hour", "zone", "moment"),
    [
        # Before and after the hour, and exactly at it.
        ("2026-03-10T02:30+00:00", 6, UTC, "2026-03-10T06:00+00:00"),
        ("2026-03-10T06:30+00:00", 6, UTC, "2026-03-11T06:00+00:00"),
        ("2026-03-10T06:00+00:00", 6, UTC, "2026-03-11T06:00+00:00"),
        ("2026-03-10T15:59+00:00", 0, SHANGHAI, "2026-03-10T16:00+00:00"),
        # The evening before belongs to the next morning there.
        ("2026-03-09T14:00+00:00", 6, SHANGHAI, "2026-03-09T22:00+00:00"),
        # The night in which the clocks go forward is an hour shorter, and 02:00 is the leap to 03:00.
        ("2026-03-28T23:00+01:00", 6, BERLIN, "2026-03-29T06:00+02:00"),
        ("2026-03-28T23:00+01:00", 2, BERLIN, "2026-03-29T03:00+02:00"),
        ("2026-03-07T23:00-05:00", 2, NEW_YORK, "2026-03-08T03:00-04:00"),
        # The night in which they go back has 02:00 twice: the first, then the second.
        ("2026-10-24T23:00+02:00", 2, BERLIN, "2026-10-25T02:00+02:00"),
        ("2026-10-25T02:10+02:00", 2, BERLIN, "2026-10-25T02:00+01:00"),
        ("2026-10-25T02:10+01:00", 2, BERLIN, "2026-10-26T02:00+01:00"),
        ("2026-10-24T23:00+02:00", 6, BERLIN, "2026-10-25T06:00+01:00"),
        # A leap of half an hour.
        ("2026-10-03T23:00+10:30", 2, LORD_HOWE, "2026-10-04T02:30+11:00"),
    ],
)
def test_the_next_hour_is_that_of_the_clock_on_the_wall(
    now: str, hour: int, zone: ZoneInfo, moment: str
) -> None:
    assert next_hour(datetime.fromisoformat(now), hour, zone) == datetime.fromisoformat(moment)


def test_nothing_is_begun_from_the_hour_on_nor_after_the_budget() -> None:
    at, spent = [NOW], [0.0]
    stop = stopping(
        lambda: at[0],
        lambda: spent[0],
        deadline=NOW + timedelta(hours=1),
        budget=timedelta(minutes=30),
        told=lambda: "",
    )
    assert stop() == ""
    spent[0] = 1799.9
    assert stop() == ""
    spent[0] = 1800.0
    assert stop() == "budget"
    at[0] = NOW + timedelta(hours=1)
    assert stop() == "hour"


def test_a_clock_that_steps_back_does_not_lengthen_the_budget() -> None:
    stop = stopping(
        lambda: NOW - timedelta(days=1),
        lambda: 7200.0,
        deadline=None,
        budget=timedelta(hours=2),
        told=lambda: "",
    )
    assert stop() == "budget"


def test_who_is_told_to_stop_says_so_before_all_else() -> None:
    stop = stopping(
        lambda: NOW, lambda: 9e9, deadline=NOW, budget=timedelta(1), told=lambda: "signal"
    )
    assert stop() == "signal"


# --- which recordings --------------------------------------------------------------------------


def recording(folder: Path, name: str, at: datetime, began: datetime | None = None) -> Source:
    path = folder / name
    path.write_bytes(name.encode())
    os.utime(path, (at.timestamp(), at.timestamp()))
    return Source(path, CallRecord("", started_at=began))


@pytest.fixture
def written_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that were written where they lie, as long ago as they say: no test can age a file's entry."""
    monkeypatch.setattr(taking, "_arrived", taking._written)


def names(sources: tuple[Source, ...]) -> list[str]:
    return [source.path.name for source in sources]


def test_recordings_are_taken_by_their_calls_beginning_else_by_when_they_were_written(
    tmp_path: Path, written_here: None
) -> None:
    old, new = NOW - timedelta(days=3), NOW - timedelta(hours=3)
    sources = [
        recording(tmp_path, "new.wav", new),
        recording(tmp_path, "old.wav", old),
        recording(tmp_path, "old-call-copied-late.wav", new, began=old),
        recording(tmp_path, "new-call-with-an-old-file.wav", old, began=new),
        recording(tmp_path, "old-call.wav", old, began=old),
    ]
    found = taken(sources, NOW - timedelta(days=1), frozenset())
    assert names(found) == [
        "old-call-copied-late.wav",
        "new.wav",
        "new-call-with-an-old-file.wav",
    ]


def test_the_oldest_calls_come_first(tmp_path: Path) -> None:
    sources = [
        recording(tmp_path, f"{hours}.wav", NOW - timedelta(hours=hours)) for hours in (1, 9, 5)
    ]
    assert names(taken(sources, None, frozenset())) == ["9.wav", "5.wav", "1.wav"]


def test_a_recording_that_arrives_late_with_its_own_time_is_taken(tmp_path: Path) -> None:
    """As ``rsync -a``, ``cp -p`` and ``tar`` bring it."""
    new = recording(tmp_path, "new.wav", NOW)
    late = recording(tmp_path, "late.wav", NOW - timedelta(days=9), began=NOW - timedelta(days=9))
    assert names(taken([new, late], NOW - timedelta(days=1), frozenset())) == [
        "late.wav",
        "new.wav",
    ]


def test_a_recording_that_is_to_be_tried_again_is_taken_however_old_it_is(
    tmp_path: Path, written_here: None
) -> None:
    old = recording(tmp_path, "poison.wav", NOW - timedelta(days=9))
    assert names(taken([old], NOW, frozenset({"poison.wav"}))) == ["poison.wav"]
    assert taken([old], NOW, frozenset()) == ()


def test_a_file_that_is_not_there_is_an_outcome_to_report(tmp_path: Path) -> None:
    gone = Source(tmp_path / "gone.wav", CallRecord("c"))
    assert taken([gone], NOW, frozenset()) == (gone,)


def test_a_schedule_is_told_from_another_by_where_it_looks(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    assert folders_key([one, two], None) == folders_key([two, one, one], None)
    assert folders_key([one], None) != folders_key([two], None)
    assert folders_key([one], None) != folders_key([one], tmp_path / "calls.csv")


def test_a_schedule_over_a_folder_elsewhere_is_told_by_its_address_and_not_by_who_logs_in() -> None:
    key = folders_key(["s3://night/in"], None)
    assert key == "s3://night/in"
    assert folders_key(["S3://night/in/"], None) == key
    assert folders_key(["s3://somebody:a/secret@night/in"], None) == key
    assert folders_key(["s3://night/in/2026"], None) != key
    assert folders_key(["s3://another/in"], None) != key
    assert folders_key(["s3://somebody@night/in"], None) == key


def test_an_at_sign_in_a_folders_name_is_part_of_where_it_is() -> None:
    anne, bob = "s3://mail/anne@example.com/in", "s3://mail/bob@example.com/in"
    assert folders_key([anne], None) == anne
    assert folders_key([bob], None) == bob


@dataclass(frozen=True)
class Bucket:
    """A recording elsewhere, as its listing has it."""

    mtime_ns: int

    @property
    def stamp(self) -> FileStamp:
        return FileStamp(1, self.mtime_ns, self.mtime_ns, 0)

    def bring(self, path: Path) -> None:
        raise AssertionError(f"nobody asked for {path}")

    release = bring


def test_a_recording_elsewhere_counts_by_the_time_of_its_listing_and_is_taken_without_one() -> None:
    new, old = (int((NOW - timedelta(hours=hours)).timestamp() * 1e9) for hours in (1, 48))
    times = {"new.wav": new, "old.wav": old, "timeless.wav": 0}
    sources = [
        Source(Path(name), CallRecord(""), elsewhere=Bucket(at)) for name, at in times.items()
    ]
    found = taken(sources, NOW - timedelta(days=1), frozenset())
    assert names(found) == ["timeless.wav", "new.wav"]


# --- a watched folder --------------------------------------------------------------------------


def test_a_watched_folder_gives_each_file_once_and_again_when_it_changed(tmp_path: Path) -> None:
    folder = Folder(settle_s=10)
    source = recording(tmp_path, "a.wav", NOW - timedelta(minutes=5))
    assert folder.news([source], NOW, frozenset()) == (source,)
    folder.looked_at([source], report(NOW))
    assert folder.news([source], NOW, frozenset()) == ()
    assert folder.news([source], NOW, frozenset({"a.wav"})) == (source,)
    source = recording(tmp_path, "a.wav", NOW - timedelta(minutes=1))
    assert folder.news([source], NOW, frozenset()) == (source,)


def test_a_file_that_may_still_grow_is_left_for_the_next_look(tmp_path: Path) -> None:
    folder = Folder(settle_s=10)
    source = recording(tmp_path, "a.wav", NOW - timedelta(seconds=4))
    assert folder.news([source], NOW, frozenset()) == ()
    assert folder.news([source], NOW + timedelta(seconds=7), frozenset()) == (source,)


def test_a_file_from_the_future_does_not_wait_for_it(tmp_path: Path) -> None:
    source = recording(tmp_path, "a.wav", NOW + timedelta(days=300))
    assert Folder(settle_s=10).news([source], NOW, frozenset()) == (source,)


def test_what_waits_or_was_not_begun_is_looked_at_again(tmp_path: Path) -> None:
    folder = Folder(settle_s=0)
    sources = [recording(tmp_path, name, NOW) for name in ("a.wav", "b.wav")]
    folder.looked_at(sources, report(NOW, stopped="signal", left=1))
    assert len(folder.news(sources, NOW, frozenset())) == 2
    folder.looked_at(sources, report(NOW, waiting=("b.wav",)))
    assert names(folder.news(sources, NOW, frozenset())) == ["b.wav"]


def test_a_file_that_is_replaced_by_one_of_its_size_and_time_is_new(tmp_path: Path) -> None:
    folder = Folder(settle_s=0)
    source = recording(tmp_path, "a.wav", NOW)
    assert folder.news([source], NOW, frozenset()) == (source,)
    folder.looked_at([source], report(NOW))
    other = recording(tmp_path, "b.wav", NOW)
    other.path.replace(source.path)
    assert folder.news([source], NOW, frozenset()) == (source,)


def test_a_file_that_is_written_to_while_it_is_run_over_is_new(tmp_path: Path) -> None:
    folder = Folder(settle_s=0)
    source = recording(tmp_path, "a.wav", NOW)
    folder.news([source], NOW, frozenset())
    source.path.write_bytes(b"and more")
    folder.looked_at([source], report(NOW))
    assert folder.news([source], NOW, frozenset()) == (source,)


def test_what_is_to_be_tried_again_and_never_comes_to_it_is_not_news_for_ever(
    tmp_path: Path,
) -> None:
    folder, again = Folder(settle_s=0), frozenset({"a.wav"})
    source = recording(tmp_path, "a.wav", NOW)
    rounds = 0
    while folder.news([source], NOW, again) and rounds < 99:
        folder.looked_at([source], report(NOW))
        rounds += 1
    assert rounds == TRIES
    assert folder.news([source], NOW, frozenset()) == ()
    assert folder.news([source], NOW, again) == (source,), "somebody has asked for it since"


def test_a_round_that_was_cut_or_left_it_waiting_is_no_try(tmp_path: Path) -> None:
    folder, again = Folder(settle_s=0), frozenset({"a.wav"})
    source = recording(tmp_path, "a.wav", NOW)
    for _ in range(2 * TRIES):
        assert folder.news([source], NOW, again) == (source,)
        folder.looked_at([source], report(NOW, stopped="signal", left=1))
        folder.looked_at([source], report(NOW, waiting=("a.wav",)))
