"""Offline understanding of Chinese: what a message is about, what it does, what it tells.

Pure functions over text, except that `Reader.load` and training read the data directory.
"""

from bot.nlu.clarify import Option, Question, Questions, choose_question, exclude, update
from bot.nlu.classifier import Classifier, Posterior, StaleModelError
from bot.nlu.dangers import find_danger
from bot.nlu.entities import Entity, find_entities
from bot.nlu.normalize import normalize
from bot.nlu.reading import Reader, Reading
from bot.nlu.replies import Reply, read_reply

__all__ = [
    "Classifier", "Entity", "Option", "Posterior", "Question", "Questions", "Reader", "Reading",
    "Reply", "StaleModelError", "choose_question", "exclude", "find_danger", "find_entities",
    "normalize", "read_reply", "update",
]  # fmt: skip
