"""The console over a scripted service: a program for the pty tests, independent of any flow."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.channels.base import Update
from bot.channels.clock import Clock
from bot.channels.console import tty
from bot.channels.console.pipe import Conversation
from bot.core.slots import Value
from bot.core.tracker import Tracker
from bot.core.turn import Button, Copy, Outcome, Response

LADDER = ("商家", "平台介入", "人工客服", "站外投诉", "走到最后也可以去的地方")
LONG = (
    "我刚才的会话没处理完就被关闭了。账号封禁的具体原因一直没有答复，请调取记录并转人工，"
    "不用我重复说明；转不了就告诉我人工受理的时间和排队情况。"
)
TOPIC = (Button("账号被封了", "t:banned"), Button("退款不到账", "t:refund"))
KNOWN = (Button("说不清", "cmd:unsure"), Button("为什么问", "cmd:why"))
REPLIES = (
    Button("转到了", "reply:human_answered"),
    Button("还是机器人", "reply:repeated_template"),
    Button("贴它的话", "cmd:paste"),
)


class Script:
    """A Service whose answers follow from the update alone."""

    def __init__(self) -> None:
        self.stage: str | None = None
        self.slots: dict[str, Value] = {}
        self.late: list[Outcome] = []
        self.cases_open = ["c1"]

    def outcome(self, text: str, buttons: Sequence[Button] = (), *copies: str) -> Outcome:
        given = tuple(Copy("p", copy) for copy in copies)
        return Outcome(
            number=1,
            state="s",
            case=self.cases_open[-1],
            issue=None,
            candidates=(),
            slots=self.slots,
            responses=(Response(text, given, tuple(buttons)),),
            events=(),
            due=(),
            edges=(),
            ladder=LADDER if self.stage else (),
            stage=self.stage,
        )

    async def begin(self, conversation: str, now: datetime) -> Outcome:
        return self.outcome("你好，我是真人。遇到什么事了？", TOPIC)

    async def handle(self, update: Update, now: datetime) -> Outcome:
        if update.kind == "paste":
            count = len(update.value.splitlines())
            return self.outcome(f"对方说了 {count} 行。再发这条：", REPLIES, LONG)
        if update.kind == "new":
            self.cases_open.append(f"c{len(self.cases_open) + 1}")
            return self.outcome("好，另说一件。", TOPIC)
        if update.kind == "case":
            return self.outcome(f"回到 {update.value}。")
        if update.kind == "button":
            return self.pressed(update.value)
        if update.value == "晚":
            self.late = [self.outcome("到时间了，对方回了吗？", REPLIES)]
        if update.value.isdigit():
            self.slots["amount"] = int(update.value)
        return self.outcome(f"听到了：{update.value}")

    def pressed(self, value: str) -> Outcome:
        if value == "t:banned":
            self.stage = "人工客服"
            return self.outcome("进去先发这条：", REPLIES, "转人工")
        if value == "t:refund":
            return self.outcome("多少钱？写个数字就行。", KNOWN)
        return self.outcome(
            {"cmd:why": "知道金额，才好说要多少。"}.get(value, f"按了 {value}"), KNOWN
        )

    async def elapse(self, conversation: str, now: datetime) -> list[Outcome]:
        late, self.late = self.late, []
        return late

    async def next_due(self, conversation: str) -> datetime | None:
        return None

    async def still(self, conversation: str, now: datetime) -> Outcome:
        return self.outcome("")

    async def cases(self, conversation: str) -> Sequence[tuple[str, Tracker]]:
        return [(case, Tracker(conversation, case)) for case in self.cases_open]


def noted(outcome: Outcome) -> Mapping[str, str]:
    return {"金额": f"{outcome.slots['amount']} 元"} if outcome.slots else {}


async def load() -> tty.Loaded:
    """As slow as the environment says, as the real engine is."""
    await asyncio.sleep(float(os.environ.get("LOADING_SECONDS", "0")))
    return Conversation(Script(), "me", Clock(), lambda outcome, _: outcome), noted


if __name__ == "__main__":
    tty.WATCH_SECONDS = 0.2
    sys.exit(asyncio.run(tty.run_tty(load())))
