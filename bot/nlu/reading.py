"""One message, understood: everything the conversation engine needs to decide a turn.

`Reader` holds the loaded data and is safe to share; `Reading` is a value. Dangers are read
from every message, whatever else it says.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from bot.nlu.acts import find_act
from bot.nlu.clarify import Questions
from bot.nlu.classifier import Classifier, Posterior
from bot.nlu.corpus import OUT_OF_SCOPE
from bot.nlu.dangers import find_danger, guess_danger
from bot.nlu.entities import Entity, find_entities
from bot.nlu.features import term_frequencies
from bot.nlu.normalize import normalize
from bot.nlu.replies import Reply, read_reply

_CANDIDATES: Final = 5
_CERTAIN: Final = 0.9
_SECOND: Final = 0.25
_PART: Final = re.compile(r"[,。!?;、\s|]+|(?:还有|另外|而且|并且|同时|顺便|以及)")
_PART_SURE: Final = 0.5
_PART_CERTAIN: Final = 0.92  # a part this sure needs no backing by the whole message
_PART_ALSO: Final = 0.003


@dataclass(frozen=True, slots=True)
class Reading:
    """What one message says. `issue` may be `out_of_scope`; None only for an empty text."""

    text: str
    normalized: str
    issue: str | None
    p: float
    posterior: Posterior
    second: str | None
    act: str | None
    act_p: float
    danger: str | None
    danger_p: float
    danger_plain: bool  # whether a wording gives the danger away, and no guess
    entities: tuple[Entity, ...]
    _classifier: Classifier = field(repr=False, compare=False)

    @property
    def candidates(self) -> Posterior:
        """The five likeliest issues."""
        return self.posterior[:_CANDIDATES]

    @property
    def certain(self) -> bool:
        """Whether it is surely one of the coach's problems."""
        return self.issue != OUT_OF_SCOPE and self.p >= _CERTAIN

    def read_reply(self) -> Reply:
        """The same text read as the other side's words."""
        return read_reply(self.text, self._classifier)


class Reader:
    """Reads messages; made once from the data directory."""

    def __init__(self, classifier: Classifier, questions: Questions) -> None:
        self.classifier = classifier
        self.questions = questions

    @classmethod
    def load(cls, nlu_dir: Path) -> "Reader":
        """Load `model.bin` and `clarify.yaml` from the locale's `nlu` directory."""
        return cls(Classifier.load(nlu_dir / "model.bin"), Questions.load(nlu_dir / "clarify.yaml"))

    def read(self, text: str, today: date) -> Reading:
        """Understand one message; `today` is what relative dates count from."""
        normalized = normalize(text)
        heard = self.classifier.hear(term_frequencies(normalized))
        posterior = self.classifier.judge(heard, "issue") if normalized else []
        act, act_p = find_act(normalized, self.classifier, heard, posterior)
        plain = find_danger(normalized)
        danger, danger_p = (
            (plain, 1.0) if plain else guess_danger(normalized, self.classifier, heard, posterior)
        )
        issue, p = posterior[0] if posterior else (None, 0.0)
        return Reading(
            text, normalized, issue, p, posterior,
            self._second(normalized, posterior), act, act_p, danger, danger_p, plain is not None,
            tuple(find_entities(text, today)), self.classifier,
        )  # fmt: skip

    def read_reply(self, text: str) -> Reply:
        """Read pasted words of the other side, or the user's retelling of them."""
        return read_reply(text, self.classifier)

    def _second(self, normalized: str, posterior: Posterior) -> str | None:
        """Another problem in the same message: a part of it that says so, or a close runner-up."""
        if len(posterior) < 2:
            return None
        first, chances = posterior[0][0], dict(posterior)
        for part in _PART.split(normalized):
            if not 5 <= len(part) < len(normalized):
                continue
            label, p = self.classifier.predict(part)[0]
            another = label not in (first, OUT_OF_SCOPE)
            backed = p >= _PART_CERTAIN or chances[label] >= _PART_ALSO
            if another and backed and p >= _PART_SURE:
                return label
        runner, p = posterior[1]
        return runner if p >= _SECOND and runner != OUT_OF_SCOPE else None
