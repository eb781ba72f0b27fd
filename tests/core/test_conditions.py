"""Guards: the grammar, its values under given slots, and what can be said while slots are open."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.conditions import Broken, Condition, ConditionError, Leaf, parse_condition
from bot.core.slots import Value


@dataclass
class Known:
    """What a conversation knows, as far as a guard may look."""

    slots: dict[str, Value] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)


NOW = Known(
    {
        "penalty": "permanent",
        "amount": 128.5,
        "loops": 0,
        "times": 3,
        "sealed": False,
        "paid": True,
        "words": "违规引流",
        "gap": "",
        "help": "none",
        "number": "110",
        "answer": "no",
    },
    {"promise"},
)

TRUE = """
penalty
paid
times
amount
words
not sealed
not loops
not gap
not help
not answer
not promise
not nobody
not not paid
filled penalty
filled sealed
filled loops
not filled nobody
not filled promise
unsure promise
not unsure penalty
not unsure nobody
penalty = permanent
penalty='permanent'
penalty != temporary
nobody != temporary
paid = true
sealed = false
sealed != true
amount = 128.5
times = 3
loops = 0
loops != 1
number = '110'
words = '违规引流'
words = 违规引流
gap = ''
amount > 128
amount >= 128.5
amount<=128.5
amount < 1000
amount > -5
times > 2.5
length words = 4
length words >= 4
length words < 5
length gap = 0
length amount > 3
penalty in [permanent, temporary]
penalty in [permanent]
penalty in [temporary，permanent]
times in [1, 2, 3]
words in ['违规引流', '广告']
penalty not in [temporary]
not penalty in [temporary]
nobody not in [permanent]
penalty = permanent and times > 2
penalty = temporary or times > 2
penalty = permanent or nobody and sealed
(penalty = temporary or times > 2) and paid
not (penalty = temporary and times > 2)
not sealed and paid
not sealed or sealed
((paid))
paid and times and words and penalty
"""

FALSE = """
sealed
loops
gap
help
answer
nobody
promise
not penalty
filled nobody
filled promise
unsure penalty
unsure nobody
penalty = temporary
penalty != permanent
nobody = permanent
promise = permanent
paid = false
times = 4
number = 110
amount > 128.5
amount < 128.5
nobody > 0
nobody < 5
words > 2
length nobody = 0
length words > 4
length words = 3
penalty in [temporary]
nobody in [permanent]
penalty not in [permanent, temporary]
penalty = permanent and times > 3
penalty = temporary or times > 3
(penalty = permanent or nobody) and sealed
not (penalty = permanent or nobody)
not paid and paid
"""


def lines(table: str) -> list[str]:
    return table.strip().splitlines()


@pytest.mark.parametrize("text", lines(TRUE))
def test_a_guard_holds(text: str) -> None:
    """Under the slots of NOW."""
    assert parse_condition(text).test(NOW) is True


@pytest.mark.parametrize("text", lines(FALSE))
def test_a_guard_does_not_hold(text: str) -> None:
    """An open slot is neither filled nor equal to, more or less than anything."""
    assert parse_condition(text).test(NOW) is False


REFUSED = [
    ("", "这里应是槽位名，读到「」"),
    ("   ", "这里应是槽位名，读到「」"),
    ("and", "槽位名"),
    ("paid and", "这里应是槽位名，读到「」"),
    ("paid or or sealed", "槽位名"),
    ("not", "这里应是槽位名，读到「」"),
    ("(paid", "少一个右括号"),
    ("()", "槽位名，读到「)」"),
    ("paid)", "写完以后还多出「)」"),
    ("paid sealed", "写完以后还多出「sealed」"),
    ("paid = true true", "写完以后还多出「true」"),
    ("paid =", "这里应是一个值，读到「」"),
    ("paid == true", "这里应是一个值，读到「=」"),
    ("paid = (true)", "这里应是一个值，读到「(」"),
    ("= true", "这里应是槽位名，读到「=」"),
    ("5 < times", "这里应是槽位名，读到「5」"),
    ("'paid'", "槽位名，读到「paid」"),
    ("Paid", "这里应是槽位名，读到「Paid」"),
    ("金额 > 3", "这里应是槽位名，读到「金额」"),
    ("times > many", "这里应是数字，读到「many」"),
    ("times > true", "这里应是数字"),
    ("times > '3'", "这里应是数字"),
    ("times > ", "这里应是一个值，读到「」"),
    ("times > 1 > 2", "写完以后还多出「>」"),
    ("times ! 3", "看不懂条件里的「! 3」"),
    ("words = '违规", "看不懂条件里的「'违规」"),
    ("words = 违规'", "看不懂条件里的「'」"),
    ("penalty in permanent", "in 后面要写 [a, b]"),
    ("penalty in []", "这里应是一个值，读到「]」"),
    ("penalty in [a", "少一个 ]"),
    ("penalty in [a b]", "少一个 ]"),
    ("penalty in [a,]", "这里应是一个值，读到「]」"),
    ("penalty not permanent", "「penalty not」后面应是 in"),
    ("penalty not", "「penalty not」后面应是 in"),
    ("filled", "这里应是槽位名，读到「」"),
    ("filled 3", "这里应是槽位名，读到「3」"),
    ("length words", "length 后面要写比较，如 length words < 2"),
    ("length words != 2", "length 后面要写比较"),
    ("length words > 'a'", "这里应是数字"),
    ("length", "这里应是槽位名"),
    ("__import__('os')", "槽位名"),
    ("paid; sealed", "槽位名，读到「paid;」"),
]


@pytest.mark.parametrize(("text", "says"), REFUSED)
def test_what_is_no_guard_is_refused(text: str, says: str) -> None:
    """In Chinese, with the place where reading stopped."""
    with pytest.raises(ConditionError) as caught:
        parse_condition(text)
    assert says in str(caught.value)


def test_a_guard_knows_the_slots_it_reads() -> None:
    """Every comparison, however deep."""
    guard = parse_condition("filled a and not (b = 1 or length c > 2) or d in [x, y]")
    assert guard.reads == {"a", "b", "c", "d"}
    assert [(leaf.slot, leaf.op, leaf.literals) for leaf in guard.leaves()] == [
        ("a", "filled", ()),
        ("b", "=", (1,)),
        ("c", "length >", (2,)),
        ("d", "in", ("x", "y")),
    ]


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("loops > 2", " loops>2 ", True),
        ("a and b", "a  and  (b)", True),
        ("a in [x,y]", "a in [x，y]", True),
        ("a = 'x'", "a = x", True),
        ("loops > 2", "loops >= 2", False),
        ("a and b", "a or b", False),
        ("not a", "a", False),
        ("a = '1'", "a = 1", False),
        ("a = 'true'", "a = true", False),
    ],
)
def test_equal_guards_are_equal(left: str, right: str, same: bool) -> None:
    """So that a case which repeats an earlier one is seen; a text and a number are not the same."""
    first, second = parse_condition(left), parse_condition(right)
    assert (first == second) is same
    assert (hash(first) == hash(second)) or not same


def test_a_guard_equals_no_other_kind_of_thing() -> None:
    """Not even its own text."""
    assert parse_condition("a") != "a truthy"


def test_a_guard_that_could_not_be_read_stands_for_nothing() -> None:
    """It holds nowhere, is never decided and reads no slot, so that checking can go on."""
    guard = Broken("loops >")
    assert guard.test(NOW) is False
    assert guard.possible(NOW) is None
    assert (list(guard.leaves()), str(guard)) == ([], "loops >")


# While slots are open

OPEN = [
    ("a = x", {}, set(), None),
    ("a = x", {"a": "x"}, set(), True),
    ("a = x", {"a": "y"}, set(), False),
    ("a = x", {}, {"a"}, False),
    ("a != x", {}, {"a"}, True),
    ("filled a", {}, set(), None),
    ("filled a", {}, {"a"}, False),
    ("unsure a", {}, set(), None),
    ("unsure a", {"a": "x"}, set(), False),
    ("unsure a", {}, {"a"}, True),
    ("not a", {}, set(), None),
    ("not a", {"a": False}, set(), True),
    ("a and b", {"a": False}, set(), False),
    ("a and b", {"b": False}, set(), False),
    ("a and b", {"a": True}, set(), None),
    ("a or b", {"b": True}, set(), True),
    ("a or b", {"a": False}, set(), None),
    ("a or b", {"a": False, "b": False}, set(), False),
    ("a and (b or c)", {"a": True, "c": True}, set(), True),
    ("not (a and b)", {"a": False}, set(), True),
    ("length a > 2", {}, set(), None),
    ("a > 2", {"a": 3}, set(), True),
]


@pytest.mark.parametrize(("text", "slots", "unsure", "verdict"), OPEN)
def test_a_guard_is_undecided_while_what_decides_it_is_open(
    text: str, slots: dict[str, Value], unsure: set[str], verdict: bool | None
) -> None:
    """None is not False: such a question is still worth asking."""
    assert parse_condition(text).possible(Known(slots, unsure)) is verdict


SLOTS = ("a", "b", "c")
VALUES: st.SearchStrategy[Value] = st.sampled_from(
    [True, False, 0, 1, 2, 3.5, "x", "y", "", "no", "1"]
)
LITERALS = st.sampled_from(["x", "y", "no", "true", "false", "0", "1", "3.5", "'1'", "''"])
NUMBERS = st.sampled_from(["0", "1", "2", "3.5", "-1"])
SLOT = st.sampled_from(SLOTS)

LEAVES = st.one_of(
    SLOT,
    st.builds("{} {}".format, st.sampled_from(["filled", "unsure"]), SLOT),
    st.builds("{} {} {}".format, SLOT, st.sampled_from(["=", "!="]), LITERALS),
    st.builds("{} {} {}".format, SLOT, st.sampled_from([">", ">=", "<", "<="]), NUMBERS),
    st.builds("length {} {} {}".format, SLOT, st.sampled_from(["=", ">", "<="]), NUMBERS),
    st.builds("{} {} [{}, {}]".format, SLOT, st.sampled_from(["in", "not in"]), LITERALS, LITERALS),
)
GUARDS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds("not ({})".format, inner),
        st.builds("({}) and ({})".format, inner, inner),
        st.builds("({}) or ({})".format, inner, inner),
        st.builds("{} and {} or {}".format, LEAVES, LEAVES, LEAVES),
    ),
    max_leaves=8,
)


@st.composite
def knowledge(draw: st.DrawFn) -> Known:
    """Each slot open, filled or beyond the person's knowledge."""
    known = Known()
    for slot in SLOTS:
        state = draw(st.sampled_from(["open", "filled", "unsure"]))
        if state == "filled":
            known.slots[slot] = draw(VALUES)
        elif state == "unsure":
            known.unsure.add(slot)
    return known


@settings(deadline=None)
@given(GUARDS, knowledge())
def test_a_decided_guard_is_what_the_test_says(text: str, known: Known) -> None:
    """The two ways of looking at a guard never disagree."""
    guard = parse_condition(text)
    verdict = guard.possible(known)
    assert verdict is None or verdict is guard.test(known)


@settings(deadline=None)
@given(GUARDS, knowledge(), knowledge())
def test_a_decided_guard_stays_decided(text: str, known: Known, more: Known) -> None:
    """Whatever the person says about slots that are open now."""
    guard = parse_condition(text)
    verdict = guard.possible(known)
    closed = known.slots.keys() | known.unsure
    later = Known(dict(known.slots), known.unsure | (more.unsure - closed))
    later.slots.update({slot: value for slot, value in more.slots.items() if slot not in closed})
    assert verdict is None or guard.test(later) is verdict


@settings(deadline=None)
@given(GUARDS, knowledge())
def test_a_guard_is_decided_when_all_its_slots_are(text: str, known: Known) -> None:
    """Filled or unsure; nothing else is ever asked of it."""
    guard = parse_condition(text)
    if guard.reads <= known.slots.keys() | known.unsure:
        assert guard.possible(known) is guard.test(known)


@settings(deadline=None)
@given(GUARDS, knowledge())
def test_not_turns_a_guard_round(text: str, known: Known) -> None:
    """Also while it is undecided."""
    guard, other = parse_condition(text), parse_condition(f"not ({text})")
    assert other.test(known) is not guard.test(known)
    verdict = guard.possible(known)
    assert other.possible(known) is (None if verdict is None else not verdict)


@settings(deadline=None)
@given(st.text(alphabet="ab ()[]'=!<>,，13.好-", max_size=24))
def test_any_text_is_a_guard_or_is_refused(text: str) -> None:
    """Never another error: the text comes from an author."""
    try:
        guard = parse_condition(text)
    except ConditionError:
        return
    assert isinstance(guard, Condition)
    assert all(isinstance(leaf, Leaf) for leaf in guard.leaves())
