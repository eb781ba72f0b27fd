"""The commands of the console: a colon and a word, in English or Chinese, half or full width."""

from dataclasses import dataclass

from bot.core.errors import did_you_mean


@dataclass(frozen=True, slots=True)
class Command:
    """One `:word`; `argument` names what may follow it."""

    name: str
    chinese: str
    help: str
    argument: str = ""

    @property
    def usage(self) -> str:
        return f":{self.name} {self.argument}".rstrip()


COMMANDS = (
    Command("why", "为什么", "为什么问这个"),
    Command("back", "返回", "退一步，改刚才的回答"),
    Command("case", "案子", "看记下了什么、走到哪了；写数字就换到那个案子", "[第几个]"),
    Command("evidence", "证据", "看要存什么证据；写数字就记上有了", "[第几样]"),
    Command("paper", "材料", "看能写哪几份材料；写数字存成 PDF，写「全部」打包", "[第几份]"),
    Command("copy", "复制", "复制要粘贴的话，不写数字就是最新一条", "[第几条]"),
    Command("paste", "粘贴", "贴对方说的话，单独一行 . 结束"),
    Command("new", "新问题", "换一件事从头说"),
    Command("forget", "忘记我", "删掉存的全部，删前再问一遍"),
    Command("help", "帮助", "看这张表"),
    Command("quit", "退出", "离开"),
)
_BY_WORD = {word: command for command in COMMANDS for word in (command.name, command.chinese)}
_COLONS = (":", "：")


def is_command(text: str) -> bool:
    """A colon and a word, or a colon alone; `:)` is what somebody feels."""
    return text.startswith(_COLONS) and (not text[1:].strip() or text[1:].strip()[0].isalnum())


def parse(text: str) -> tuple[Command | None, str]:
    """The command of a line that `is_command`, and what follows it; None for an unknown word."""
    word, _, argument = text[1:].strip().partition(" ")
    return _BY_WORD.get(word.lower()), argument.strip()


def unknown(text: str) -> str:
    """What to say about a command that does not exist."""
    word = text[1:].strip().partition(" ")[0]
    if not word:
        return "冒号后面写命令，:help 看有哪些。"
    hint = did_you_mean(word, [command.name for command in COMMANDS])
    return f"没有「:{word}」这个命令，{hint}。:help 看全部。"


def completions(text: str) -> tuple[Command, ...]:
    """Commands that begin with what is typed so far."""
    word = text[1:].lower()
    return tuple(c for c in COMMANDS if c.name.startswith(word) or c.chinese.startswith(word))
