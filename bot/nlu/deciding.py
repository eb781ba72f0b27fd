"""Deciding the issue: start it when the posterior is decisive, else ask the question that tells most.

At most two clarifying questions are asked, then a menu; 「都不是」 and 「说不清」 are answers like any other.
Option values are `question:option`, carried by buttons as `clarify:question:option`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.core.command import Aside, Clarify, Command, Option, Question, StartIssue
from bot.core.flow import FlowSet
from bot.core.tracker import Tracker
from bot.nlu import clarify
from bot.nlu.classifier import Posterior
from bot.nlu.corpus import OUT_OF_SCOPE
from bot.nlu.matching import clauses, place
from bot.nlu.normalize import normalize
from bot.nlu.reading import Reading

__all__ = ["MENU", "Decider"]

_SURE = 0.93  # from here the problem is taken for granted; below, one question costs less than a wrong start
_STRANGE = 0.9  # from here a message is not ours; below, a button lets the person say that it is
_QUESTIONS = 2
_KEPT = 12
_FLOOR = 0.02
MENU, _NONE, _UNSURE = "menu", "none", "unsure"
_ANSWER = 12
_BARE = 5
_PLACES = re.compile("第?([一二三四五六1-6])(?:个|项|种|条)?(?=[和跟、,加与还]|都(?![不没])|$)")
_ALL = re.compile(
    "(?:这|以上)?(?:[两俩2二三3](?:个|样|种))?(?:问题)?全?都(?:有|是|占|沾|中|遇到)(?:了|的|一点|点)?|both"
)
_NEITHER = re.compile(
    "(?:以上|这些|这几个|[两俩2二三3几](?:个|样|种))?全?都?(?:不是|没有|不对|不像)(?:的|我的|这些|这个)?"
)

_ABOUT_US = re.compile("小红书|投诉|申诉|(?<!开发)客服|薯店")
_BESIDES = re.compile("还有|另外|而且|同时|顺便|以及|并且|[两二]件事|[两二]个问题|再就是|第二")
"""A second problem is only taken for one when the message says that there is another."""


class Decider:
    """Decides over the issues of one FlowSet with the authored clarifying questions."""

    def __init__(self, flows: FlowSet, questions: clarify.Questions) -> None:
        self._flows, self._questions = flows, questions
        self._authored = {question.id: question for question in questions.authored}

    def decide(self, reading: Reading, tracker: Tracker) -> list[Command]:
        """For a message that says what happened: start, clarify, or say that it is not ours."""
        if len(reading.normalized) < 2 or not reading.posterior:
            return []
        posterior = self._weighed(reading.posterior, tracker)
        inside = clarify.in_scope(posterior)
        if posterior[0][0] == OUT_OF_SCOPE:
            about_us = _ABOUT_US.search(reading.normalized) is not None
            sure = posterior[0][1] >= _STRANGE and not about_us
            if sure or clarify.CLOSEST in tracker.questions:
                return [Aside("out_of_scope")]
            return [Clarify(_shown(self._questions.doubt(inside)), tuple(inside[:_KEPT]))]
        if _decisive(inside):
            second = reading.second if _BESIDES.search(reading.text) else None
            return [StartIssue(inside[0][0], second=second)]
        return [self._ask(inside, tracker)]

    def _weighed(self, posterior: Posterior, tracker: Tracker) -> Posterior:
        """The reading, weighed with what earlier messages of the case already said."""
        if not tracker.candidates or not tracker.questions:
            return posterior
        prior = dict(tracker.candidates)
        weights = [(issue, p * max(prior.get(issue, 0.0), _FLOOR)) for issue, p in posterior]
        total = sum(p for _, p in weights)
        return sorted(((issue, p / total) for issue, p in weights), key=lambda each: -each[1])

    def answered(self, value: str, tracker: Tracker) -> Command:
        """A pressed option, `question:option`."""
        question_id, _, option_id = value.partition(":")
        prior = list(tracker.candidates)
        if question_id == MENU:
            return self._open_menu(option_id)
        if option_id == _UNSURE:
            return self._ask(prior, tracker)
        question = self._question(question_id, prior)
        if option_id == _NONE:
            return self._ask(clarify.exclude(prior, question.issues), tracker)
        kept = next((o.issues for o in question.options if o.value == option_id), frozenset())
        if not kept:
            return self._ask(prior, tracker)
        posterior = clarify.update(prior, kept)
        if len(kept) == 1 or _decisive(posterior):
            return StartIssue(posterior[0][0])
        return self._ask(posterior, tracker)

    def _question(self, name: str, prior: Posterior) -> clarify.Question:
        return self._authored.get(name) or self._questions.closest(prior)

    def typed(self, reading: Reading, tracker: Tracker) -> Command | None:
        """Words that answer the question just asked: its options by name or place, two of them at once,
        none of them, or not knowing."""
        last, said = tracker.questions[-1], reading.normalized
        shown = self._last_options(tracker)
        content = [option for option in shown if option.issues]
        options = [*shown, *self.menu(tracker).question.options] if last != MENU else shown
        option = _named(said, options) or _placed(said, content)
        if option is not None:
            return self._pressed(option, tracker)
        if len(said) > _ANSWER or last.startswith(MENU):
            return None
        bare = len(said) <= _BARE  # a longer no says what it is instead
        if _NEITHER.fullmatch(said) or (reading.act == "deny" and bare):
            return self.answered(f"{last}:{_NONE}", tracker)
        several = _several(said, content)
        if len(several) > 1:
            return _both(several, dict(tracker.candidates))
        return self.answered(f"{last}:{_UNSURE}", tracker) if reading.act == "unsure" else None

    def _pressed(self, option: Option, tracker: Tracker) -> Command:
        kind, _, value = option.value.partition(":")
        return StartIssue(value) if kind == "issue" else self.answered(value, tracker)

    def _last_options(self, tracker: Tracker) -> Sequence[Option]:
        last = tracker.questions[-1]
        if last.startswith(MENU):
            page = last.partition(".")[2]
            return (self._open_menu(page) if page else self.menu(tracker)).question.options
        return _shown(self._question(last, list(tracker.candidates))).options

    def _ask(self, posterior: Posterior, tracker: Tracker) -> Clarify:
        asked = {name for name in tracker.questions if not name.startswith(MENU)}
        if len(asked) >= _QUESTIONS or len(posterior) < 2:
            return self.menu(tracker)
        question = clarify.choose_question(posterior, self._questions, asked)
        if question is None and clarify.CLOSEST not in asked:
            question = self._questions.closest(posterior)
        if question is None:
            return self.menu(tracker)
        return Clarify(_shown(question), tuple(posterior[:_KEPT]))

    def menu(self, tracker: Tracker) -> Clarify:
        """The categories as buttons; pressing one opens its issues."""
        options = tuple(
            Option(title, f"clarify:{MENU}:{name}", self._of_category(name))
            for name, title in self._flows.categories.items()
            if self._of_category(name)
        )
        question = Question(MENU, "没关系，先挑个大类，点进去再选具体的。", options)
        return Clarify(question, tracker.candidates)

    def _open_menu(self, category: str) -> Clarify:
        issues = self._of_category(category)
        options = [
            Option(self._flows.flows[issue].hint, f"issue:{issue}", (issue,)) for issue in issues
        ]
        for name, title in self._flows.categories.items() if not issues else ():
            options.append(Option(title, f"clarify:{MENU}:{name}", self._of_category(name)))
        if issues:
            options.append(Option("都不是，看别的", f"clarify:{MENU}:all", ()))
        text = "是哪一种？" if issues else "再看一遍大类："
        chances = tuple((issue, 1 / len(issues)) for issue in issues)
        return Clarify(Question(f"{MENU}.{category}", text, tuple(options)), chances)

    def _of_category(self, name: str) -> tuple[str, ...]:
        return tuple(issue for issue in self._flows.issues if issue.startswith(f"{name}."))


def _named(said: str, options: Sequence[Option]) -> Option | None:
    """The option with that label, or the only one that has the words as a clause of it."""
    for option in options:
        if normalize(option.label) == said:
            return option
    found = [option for option in options if said in clauses(option.label)]
    return found[0] if len(found) == 1 else None


def _placed(said: str, options: Sequence[Option]) -> Option | None:
    at = place(said, len(options))
    return None if at is None else options[at]


def _several(said: str, options: Sequence[Option]) -> list[Option]:
    """The options of 「第一个和第三个」, or all of them for 「两个都有」."""
    places = {
        "一二三四五六".index(c) if c in "一二三四五六" else int(c) - 1
        for c in _PLACES.findall(said)
    }
    if len(places) > 1:
        return [option for i, option in enumerate(options) if i in places]
    return list(options) if _ALL.fullmatch(said) else []


def _both(options: Sequence[Option], chances: Mapping[str, float]) -> StartIssue:
    """The likeliest problem of the two likeliest options: one now, the other kept for later."""
    heads = {max(option.issues, key=lambda issue: chances.get(issue, 0.0)) for option in options}
    first, *rest = sorted(heads, key=lambda issue: (-chances.get(issue, 0.0), issue))
    return StartIssue(first, second=rest[0] if rest else None)


def _shown(question: clarify.Question) -> Question:
    """The question as it is put: values that say what they answer, and the two ways out."""
    options = [
        Option(o.label, f"clarify:{question.id}:{o.value}", tuple(sorted(o.issues)))
        for o in question.options
    ]
    options.append(Option("都不是", f"clarify:{question.id}:{_NONE}", ()))
    options.append(Option("说不清", f"clarify:{question.id}:{_UNSURE}", ()))
    return Question(question.id, question.text, tuple(options))


def _decisive(posterior: Posterior) -> bool:
    return bool(posterior) and posterior[0][1] >= _SURE
