"""Every story is a test; together they take nearly every authored edge."""

from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from bot.app import build_engine
from bot.config import flows_dir, locales_dir
from bot.stories import Coverage, load_stories, play

STORIES, PROBLEMS = load_stories(Path(__file__).parent / "stories")
LEAST_PER_ISSUE = 3


@cache
def the_engine():
    return build_engine(flows_dir(), locales_dir(), date(2026, 11, 20))


def test_the_story_files_are_well_formed():
    assert not PROBLEMS, "\n".join(map(str, PROBLEMS))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story.mark.file}:{story.mark.line}")
def test_story(story):
    result = play(the_engine(), story)
    assert not result.failures, "\n".join([*result.failures, *result.transcript])


def test_every_issue_has_its_stories():
    told = Counter(issue for story in STORIES for issue in {turn.issue for turn in story.turns})
    few = {
        issue: told[issue] for issue in the_engine().flows.issues if told[issue] < LEAST_PER_ISSUE
    }
    assert not few


@pytest.mark.slow
def test_stories_take_nearly_every_authored_edge():
    found = Coverage.of(the_engine(), [play(the_engine(), story) for story in STORIES])
    assert found.share >= 0.95, "\n".join(found.untaken)
