"""Guards: a closed grammar over slots, parsed once into a tree that can be evaluated, explained and checked.

    guard   := or ;  or := and ("or" and)* ;  and := not ("and" not)* ;  not := "not" not | atom
    atom    := "(" guard ")" | "filled" slot | "unsure" slot | "length" slot op number
             | slot op literal | slot ["not"] "in" "[" literal ("," literal)* "]" | slot
    op      := = != > >= < <= ;  literal := word | number | true | false | 'text'

There is no eval. `test` is two-valued; `possible` is three-valued (None: not decided by what is known).
"""

from __future__ import annotations

import operator
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Set
from typing import Protocol

from bot.core.slots import Value

__all__ = ["Broken", "Condition", "ConditionError", "Leaf", "parse_condition"]


class Known(Protocol):
    """What a guard may look at: the filled slots and those the person could not answer."""

    @property
    def slots(self) -> dict[str, Value]: ...
    @property
    def unsure(self) -> Set[str]: ...


class ConditionError(ValueError):
    """The guard does not follow the grammar; the message is Chinese and for the author."""


_OPS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
_WORDS = frozenset({"and", "or", "not", "in", "filled", "unsure", "length", "true", "false"})
_TOKEN = re.compile(r"\s*(?:(!=|>=|<=|=|>|<|\(|\)|\[|\]|,|，)|'([^']*)'|([^\s()\[\],，=!<>']+))")


class Condition(ABC):
    """A guard. Immutable; equal guards compare equal by their canonical text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    @abstractmethod
    def test(self, known: Known) -> bool:
        """Whether the guard holds; an unknown slot is neither filled nor equal to anything."""

    @abstractmethod
    def possible(self, known: Known) -> bool | None:
        """As `test`, but None while a slot that decides it is still open."""

    @abstractmethod
    def leaves(self) -> Iterator[Leaf]:
        """The comparisons of the guard, for the checks."""

    @property
    def reads(self) -> frozenset[str]:
        return frozenset(leaf.slot for leaf in self.leaves())


class Leaf(Condition):
    """One comparison: `slot`, `op` and the literals it is compared with."""

    __slots__ = ("literals", "op", "slot")

    def __init__(self, slot: str, op: str, literals: tuple[Value, ...] = ()) -> None:
        self.slot, self.op, self.literals = slot, op, literals
        shown = ", ".join(_shown(value) for value in literals)
        super().__init__(f"{slot} {op} {shown}".strip())

    def test(self, known: Known) -> bool:
        value = known.slots.get(self.slot)
        if self.op == "filled":
            return value is not None
        if self.op == "unsure":
            return self.slot in known.unsure
        if value is None:
            return self.op in ("!=", "not in")
        return self._compare(value)

    def _compare(self, value: Value) -> bool:
        if self.op == "truthy":
            return value not in (False, 0, "", "none", "no")
        if self.op in ("=", "in"):
            return value in self.literals
        if self.op in ("!=", "not in"):
            return value not in self.literals
        op = self.op.removeprefix("length ")
        number = len(str(value)) if op != self.op else value
        bound = self.literals[0]
        if not isinstance(number, int | float) or not isinstance(bound, int | float):
            return False
        if op == "=":
            return number == bound
        return _OPS[op](number, bound)

    def possible(self, known: Known) -> bool | None:
        if self.slot not in known.slots and self.slot not in known.unsure:
            return None
        return self.test(known)

    def leaves(self) -> Iterator[Leaf]:
        yield self


class Broken(Condition):
    """Stands in for a guard that could not be read, so that reading can go on."""

    __slots__ = ()

    def test(self, known: Known) -> bool:
        return False

    def possible(self, known: Known) -> bool | None:
        return None

    def leaves(self) -> Iterator[Leaf]:
        yield from ()


def _shown(value: Value) -> str:
    """A literal as it is written: a text that reads like another type stands in quotes."""
    if isinstance(value, bool):
        return str(value).lower()
    other = isinstance(value, str) and (value in ("true", "false") or _NUMBER.fullmatch(value))
    return f"'{value}'" if other else str(value)


class Not(Condition):
    __slots__ = ("inner",)

    def __init__(self, inner: Condition) -> None:
        self.inner = inner
        super().__init__(f"not ({inner})")

    def test(self, known: Known) -> bool:
        return not self.inner.test(known)

    def possible(self, known: Known) -> bool | None:
        inner = self.inner.possible(known)
        return None if inner is None else not inner

    def leaves(self) -> Iterator[Leaf]:
        yield from self.inner.leaves()


class Junction(Condition):
    """`and` / `or` over two or more guards."""

    __slots__ = ("every", "parts")

    def __init__(self, parts: tuple[Condition, ...], *, every: bool) -> None:
        self.parts, self.every = parts, every
        super().__init__((" and " if every else " or ").join(f"({part})" for part in parts))

    def test(self, known: Known) -> bool:
        for part in self.parts:
            if part.test(known) is not self.every:
                return not self.every
        return self.every

    def possible(self, known: Known) -> bool | None:
        verdict: bool | None = self.every
        for part in self.parts:
            one = part.possible(known)
            if one is not None and one is not self.every:
                return not self.every
            if one is None:
                verdict = None
        return verdict

    def leaves(self) -> Iterator[Leaf]:
        for part in self.parts:
            yield from part.leaves()


def parse_condition(text: str) -> Condition:
    """The guard that `text` writes; raises ConditionError with the place it stopped."""
    parser = _Parser(_tokens(text), text)
    condition = parser.either()
    parser.finish()
    return condition


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if not match:
            raise ConditionError(f"看不懂条件里的「{text[at:].strip()}」")
        symbol, quoted, word = match.groups()
        if symbol is not None:
            tokens.append(("symbol", "," if symbol == "，" else symbol))
        elif quoted is not None:
            tokens.append(("text", quoted))
        else:
            tokens.append(("word", word))
        at = match.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]], text: str) -> None:
        self._tokens, self._text, self._at = tokens, text, 0

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self._at += 1
        return token

    def _take(self, value: str) -> bool:
        if self._peek()[0] != "text" and self._peek()[1] == value:
            self._at += 1
            return True
        return False

    def finish(self) -> None:
        if self._peek()[0] != "end":
            raise ConditionError(f"条件「{self._text}」写完以后还多出「{self._peek()[1]}」")

    def either(self) -> Condition:
        return self._chain("or", self._both, every=False)

    def _both(self) -> Condition:
        return self._chain("and", self._negated, every=True)

    def _chain(self, word: str, part: Callable[[], Condition], *, every: bool) -> Condition:
        parts = [part()]
        while self._take(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Junction(tuple(parts), every=every)

    def _negated(self) -> Condition:
        return Not(self._negated()) if self._take("not") else self._atom()

    def _atom(self) -> Condition:
        if self._take("("):
            inner = self.either()
            if not self._take(")"):
                raise ConditionError(f"条件「{self._text}」少一个右括号")
            return inner
        for word in ("filled", "unsure"):
            if self._take(word):
                return Leaf(self._slot(), word)
        if self._take("length"):
            slot, op = self._slot(), self._next()[1]
            if op != "=" and op not in _OPS:
                raise ConditionError(f"length 后面要写比较，如 length {slot} < 2")
            return Leaf(slot, f"length {op}", (self._number(),))
        return self._comparison(self._slot())

    def _comparison(self, slot: str) -> Condition:
        kind, token = self._peek()
        if kind == "word" and token in ("not", "in"):
            op = "not in" if self._take("not") else "in"
            if not self._take("in"):
                raise ConditionError(f"「{slot} not」后面应是 in")
            return Leaf(slot, op, self._list())
        if kind == "symbol" and token in _OPS:
            self._next()
            return Leaf(slot, token, (self._number(),))
        if kind == "symbol" and token in ("=", "!="):
            self._next()
            return Leaf(slot, token, (self._literal(),))
        return Leaf(slot, "truthy")

    def _slot(self) -> str:
        kind, token = self._next()
        if kind != "word" or token in _WORDS or not re.fullmatch(r"[a-z][a-z0-9_]*", token):
            raise ConditionError(f"条件「{self._text}」这里应是槽位名，读到「{token}」")
        return token

    def _literal(self) -> Value:
        kind, token = self._next()
        if kind == "text":
            return token
        if kind != "word":
            raise ConditionError(f"条件「{self._text}」这里应是一个值，读到「{token}」")
        if token in ("true", "false"):
            return token == "true"
        if _NUMBER.fullmatch(token):
            return float(token) if "." in token else int(token)
        return token

    def _number(self) -> Value:
        value = self._literal()
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ConditionError(f"条件「{self._text}」这里应是数字，读到「{value}」")
        return value

    def _list(self) -> tuple[Value, ...]:
        if not self._take("["):
            raise ConditionError(f"条件「{self._text}」的 in 后面要写 [a, b]")
        values = [self._literal()]
        while self._take(","):
            values.append(self._literal())
        if not self._take("]"):
            raise ConditionError(f"条件「{self._text}」少一个 ]")
        return tuple(values)
