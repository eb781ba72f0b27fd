"""The numbers: of an own registry, of closed sets of labels, about nobody."""

import re

import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from bot.serving.health import Backlog
from bot.serving.metrics import CODES, KINDS, Metrics


def samples(metrics):
    families = text_string_to_metric_families(metrics.text().decode())
    return {
        (each.name, *each.labels.values()): each.value
        for family in families
        for each in family.samples
    }


@pytest.fixture
def metrics():
    return Metrics(lambda: None)


def test_everything_is_counted(metrics):
    metrics.received("message")
    metrics.received("message")
    metrics.turned()
    metrics.answered(0.2)
    metrics.limited()
    metrics.failed(403)
    metrics.died()
    metrics.waiting(Backlog(3, 4, 5.5))
    found = samples(metrics)
    assert found["zhenren_updates_total", "message"] == 2
    assert found["zhenren_turns_total",] == 1
    assert found["zhenren_answer_seconds_count",] == 1
    assert found["zhenren_answer_seconds_bucket", "0.25"] == 1
    assert found["zhenren_answer_seconds_bucket", "0.1"] == 0
    assert found["zhenren_rate_limited_total",] == 1
    assert found["zhenren_send_failures_total", "403"] == 1
    assert found["zhenren_dead_updates_total",] == 1
    assert found["zhenren_inbox_updates",] == 3
    assert found["zhenren_outbox_messages",] == 4
    assert found["zhenren_outbox_oldest_seconds",] == 5.5


@pytest.mark.parametrize(("age", "shown"), [(None, -1.0), (12.5, 12.5)])
def test_the_age_of_the_last_poll_is_asked_when_it_is_read(age, shown):
    assert samples(Metrics(lambda: age))["zhenren_poll_age_seconds",] == shown


@pytest.mark.parametrize(
    ("code", "label"), [(400, "400"), (502, "5xx"), ("uncertain", "uncertain"), (418, "other")]
)
def test_a_failure_counts_under_a_known_code(metrics, code, label):
    metrics.failed(code)
    assert samples(metrics)["zhenren_send_failures_total", label] == 1


def test_nothing_that_comes_in_makes_a_new_series(metrics):
    before = set(samples(metrics))
    for number in range(50):
        metrics.received(f"tg:{number}")
        metrics.failed(f"chat {number}")
    assert set(samples(metrics)) == before


def test_labels_are_the_closed_sets_and_names_are_ours(metrics):
    text = metrics.text().decode()
    names = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    assert all(name.startswith("zhenren_") for name in names)
    labels = set(re.findall(r'(\w+)="([^"]*)"', text))
    allowed = {("kind", each) for each in KINDS} | {("code", each) for each in CODES}
    assert {each for each in labels if each[0] != "le"} == allowed


def test_two_bots_in_one_process_count_for_themselves(metrics):
    other = Metrics(lambda: None)
    metrics.turned()
    assert samples(other)["zhenren_turns_total",] == 0
    assert not [each for each in REGISTRY.collect() if each.name.startswith("zhenren")]


def test_a_clock_that_goes_back_makes_no_negative_answer(metrics):
    metrics.answered(-3)
    assert samples(metrics)["zhenren_answer_seconds_sum",] == 0
