"""Deciding the issue: start it when the posterior is decisive, else ask the question that tells most.

At most two clarifying questions are asked, then a menu; 「都不是」 and 「说不清」 are answers like any other.
Option values are `question:option`, carried by buttons as `clarify:question:option`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.core.command import Aside, Clarify, Command, Option, Question, StartIssue
from bot.core.flow import FlowSet
from bot.core.tracker import Tracker
from bot.nlu import clarify
from bot.nlu.classifier import Posterior
from bot.nlu.corpus import OUT_OF_SCOPE
from bot.nlu.normalize import normalize
from bot.nlu.reading import Reading

__all__ = ["Decider"]

_SURE = 0.6
_LIKELY, _RATIO = 0.42, 3.0
_QUESTIONS = 2
_KEPT = 12
_FLOOR = 0.02
_MENU, _NONE, _UNSURE = "menu", "none", "unsure"


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
        if posterior[0][0] == OUT_OF_SCOPE and posterior[0][1] >= _SURE:
            return [Aside("out_of_scope")]
        inside = clarify.in_scope(posterior)
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
        if question_id == _MENU:
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

    def typed(self, said: str, tracker: Tracker) -> Command | None:
        """Words that name an option of the question just asked."""
        for option in self._last_options(tracker):
            if normalize(option.label) == said:
                kind, _, value = option.value.partition(":")
                return StartIssue(value) if kind == "issue" else self.answered(value, tracker)
        return None

    def _last_options(self, tracker: Tracker) -> Sequence[Option]:
        last = tracker.questions[-1]
        if last.startswith(_MENU):
            found = self._open_menu(last.partition(".")[2]).question.options
            return (*found, *self.menu(tracker).question.options)
        return _shown(self._question(last, list(tracker.candidates))).options

    def _ask(self, posterior: Posterior, tracker: Tracker) -> Clarify:
        asked = {name for name in tracker.questions if not name.startswith(_MENU)}
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
            Option(title, f"clarify:{_MENU}:{name}", self._of_category(name))
            for name, title in self._flows.categories.items()
            if self._of_category(name)
        )
        question = Question(_MENU, "没关系，先挑个大类，点进去再选具体的。", options)
        return Clarify(question, tracker.candidates)

    def _open_menu(self, category: str) -> Clarify:
        issues = self._of_category(category)
        options = [
            Option(self._flows.flows[issue].hint, f"issue:{issue}", (issue,)) for issue in issues
        ]
        for name, title in self._flows.categories.items() if not issues else ():
            options.append(Option(title, f"clarify:{_MENU}:{name}", self._of_category(name)))
        if issues:
            options.append(Option("都不是，看别的", f"clarify:{_MENU}:all", ()))
        text = "是哪一种？" if issues else "再看一遍大类："
        chances = tuple((issue, 1 / len(issues)) for issue in issues)
        return Clarify(Question(f"{_MENU}.{category}", text, tuple(options)), chances)

    def _of_category(self, name: str) -> tuple[str, ...]:
        return tuple(issue for issue in self._flows.issues if issue.startswith(f"{name}."))


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
    if not posterior:
        return False
    first = posterior[0][1]
    second = posterior[1][1] if len(posterior) > 1 else 0.0
    return first >= _SURE or (first >= _LIKELY and first >= _RATIO * second)
