"""What the bot says in front of everybody: one true first step, the same for all who have that problem.

A public answer never quotes the message and never holds a value of it, so whoever reads it learns nothing about
whoever asked. Dangers come first. Everything beyond the first step belongs into private chat (`CARD`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.core.facts import Fact
from bot.core.flow import FlowSet
from bot.core.text import Template
from bot.groups.guards import private_numbers, quotes_rejected
from bot.nlu.alarming import ALARMS, cared_for, tamed
from bot.nlu.corpus import OUT_OF_SCOPE
from bot.nlu.reading import Reading

__all__ = ["CARD", "CONTINUE", "LIMIT", "TEXTS", "PublicAnswer", "PublicAnswers"]

LIMIT = 120
"""Characters of a public answer, facts filled in and the line about numbers included."""

CARD = "这件事在私聊里说更安全，群里不放个人信息。"
"""The text above the button into private chat."""

CONTINUE = "在私聊里继续"
"""The label of that button."""

TEXTS: Mapping[str, str] = {
    # ── dangers ─────────────────────────────────────────────────────────────
    "fraud_now": "先停手：挂断，关掉屏幕共享，别再转钱、别给验证码。马上打{fact.police}报警，再打付款银行或支付 App 的官方客服，要求止付。",
    "hacked_now": "马上改密码，把陌生设备踢下线；登不进就走账号找回。绑了卡的，先找付款方官方客服冻结。告诉亲友别转账，验证码不给任何人。",
    "threat": "先顾人：有马上的危险就打{fact.police}，说清地点。别单独见面，别回骂，别在群里发位置；威胁的话录屏存好，先不拉黑。",
    "self_harm": "你比这件事要紧。现在叫一个人到身边来，谁近叫谁。已经伤到自己就打{fact.ambulance}；想有人听就打{fact.mental_line}。",
    "minor": "先护住孩子：有人在伤害、约见、要照片，马上打{fact.police}。孩子先不回那个人；记录留着，私密照片不转给任何人，也不发群里。",
    "blackmail": "这不是你的错。一分钱不付，一张照片不再发；聊天和收款码录屏，别删，打{fact.police}报警。跟信得过的人说，别一个人熬。",
    # ── orders ──────────────────────────────────────────────────────────────
    "order.quality": "先别点确认收货，也别选成「不想要了」。外箱、面单、实物拍全，再打开{fact.path_order}，点{fact.after_sale}，选质量问题。",
    "order.not_received": "没收到就别点确认收货。还没发货的，打开{fact.path_order}申请退款；显示签收却没拿到的，先问驿站和家人，再选「未收到货」。",
    "order.refund": "先截下售后页面现在的状态，退货单号和签收记录留好。商家拒绝或一直拖，就打开{fact.path_order}，请平台来判。要你先转账的退款电话，挂掉。",
    "order.counterfeit": "先录屏：宣传原话、商品页、批号，都带上日期。再打开{fact.path_order}，点{fact.after_sale}，选假冒或描述不符；别为了索赔反复买。",
    "order.seller_conduct": "别对骂，先把聊天原样截下来。打开{fact.path_order}投诉商家；有人身威胁，先打{fact.police}。",
    # ── accounts ────────────────────────────────────────────────────────────
    "account.banned": "先别反复点申诉，次数可能有限。截下{fact.penalty_notice}，看清是哪篇、哪条、到哪天，申诉一次只讲一个点。收钱解封的别信。",
    "account.restricted": "先截下提示原文和到期日，看清限的是哪一项。别频繁换机、群发、反复试；从提示页申诉，请它说明原因和期限。",
    "account.login": "先截下报错，看旧手机号还能不能收短信。别的方式能登就先登；登不进，从登录页找「收不到验证码」或账号找回。验证码不给任何人。",
    "account.hacked": "还能登就马上改密码，把陌生设备踢下线，解开不认识的绑定；登不进就走账号找回，写明「账号被盗」。再告诉亲友别转账。",
    "account.deletion": "先看卡在哪个条件：订单、余额、店铺还是处罚，截下提示。要留的证据和余额先取出来，注销了可能找不回来。",
    # ── content ─────────────────────────────────────────────────────────────
    "content.removed": "先别重复发同样的内容。截下通知里的原因，原稿留好；申诉时请它指明是哪一句、哪张图，一次只讲一个点。",
    "content.limited": "先用别人的手机搜标题和小红书号，搜得到、搜不到都录屏，再看有没有违规提示。流量低不等于限流，别花钱买粉买量。",
    "content.infringed": "先留证再举报：你的首发链接和底稿，对方每一条的链接加截图。走{fact.report_entry}，选侵权，逐条照实写。",
    "content.report": "走{fact.report_entry}，类别选准，截下时间和结果。别组织人刷举报；有诈骗或正在发生的危险，先打{fact.police}。",
    # ── safety ──────────────────────────────────────────────────────────────
    "safety.harassment": "先录屏再拉黑，链接和时间留全。关掉陌生人的私信和评论，走{fact.report_entry}，一条条来。别对骂；有线下威胁，马上打{fact.police}。",
    "safety.privacy_leak": "先录屏、留链接，再走{fact.report_entry}，选侵犯隐私，请人工处理。住址、私密照外泄或被勒索，马上打{fact.police}。那条内容别再转。",
    "safety.impersonation": "截下对方主页和链接，走{fact.report_entry}，选冒充，再提醒亲友先核实。已经拿去骗钱的，打{fact.police}。别公开挂人，挂错了伤人。",
    # ── payments ────────────────────────────────────────────────────────────
    "payment.recharge": "先截下账单和充值记录，看是没到账还是充错了。没到账的，带上交易单号找{fact.menu_service}；苹果手机付的，也问一问苹果。",
    "payment.minor": "先改支付密码，开青少年模式。账单、时间段、能说明是孩子操作的材料都留好，照实讲；再从{fact.menu_service}提未成年人退款。",
    "payment.subscription": "先到付款的那一头关掉自动扣款：微信、支付宝或苹果，截图。再看账单上的收款方是不是小红书，带着账单去找客服。",
    "payment.promotion": "截下投放计划、金额、时间和报告，先看有没有没花完的。从投放后台或那张订单找客服；只是效果不好，一般不退。",
    # ── creators, fraud, support ────────────────────────────────────────────
    "creator.shop_penalty": "先看申诉截止日，别拖过。处罚单号、哪几单、哪条规则都截下来，从{fact.merchant_console}的违规管理里申诉；别刷单补救。",
    "creator.cooperation": "合同、聊天约定、交付链接和验收日先截全。走平台下单的，从那张订单里找客服；私下谈的，先发一份写明金额和日期的催款。",
    "fraud.scammed": "先停手，一分别再转。刚转出的，马上打{fact.police}，再找付款方官方客服止付；聊天和转账记录别删。说能帮你追回的，别再信。",
    "support.cant_find_human": "单独发一条「转人工」，事情放下一条说；它推文章就点「未解决」，再发，最多三轮。有订单的，打开{fact.path_order}找客服更顺。",
    "support.bot_says_resolved": "别点「已解决」。截下关闭的那一屏，带上时间；在原来的会话里写「问题未解决，请转人工」，不行再重开，写上旧编号。",
    "support.no_reply": "先找到编号和它答应的日子。过了日子，在原来那一单里催，写清编号、日期、差什么；别连开好几单，售后和申诉的截止日也看着。",
    "support.rejected": "先截下驳回的理由和时间。同一份申诉别原样再交，只补新材料，对着理由一条条回，请它写明依据、人工复核。",
    # ── everything else ─────────────────────────────────────────────────────
    "about": "我陪人走通小红书的客服和投诉，不是官方，不收钱。叫我的时候说一句出了什么事，比如钱没退、号没了、笔记看不见，我给第一步。",
    "thanks": "应该的。",
    "hotline": "这个号查不到官方的痕迹，先别打；打过的话，别给验证码，别共享屏幕。要找客服，走 App 里的{fact.menu_service}。",
    "numbers": "群里别放号码，建议撤回那条消息。",
}
"""What is said, by issue, danger or occasion. Facts are named, never written out."""

_SURE = 0.5
_QUIET = frozenset(
    {"affirm", "deny", "unsure", "greet", "thanks", "restart", "back", "help", "stop", "repeat"}
    | {"privacy_worry", "chitchat", "change_topic"}
)
"""Acts that tell of no problem, whatever else they sound like."""


class ReadsMessages(Protocol):
    """The understanding, as it is needed here."""

    def read(self, text: str, today: date) -> Reading: ...


@dataclass(frozen=True, slots=True)
class PublicAnswer:
    """`text` is plain, at most LIMIT characters, and fit for everybody's eyes. `issue` and `danger` are for
    counting and for what the private chat begins with; None when the message did not tell."""

    issue: str | None
    danger: str | None
    text: str


class PublicAnswers:
    """Answers messages that were addressed to the bot in a group. `today` gives the day on which facts must hold."""

    def __init__(self, reader: ReadsMessages, flows: FlowSet, today: Callable[[], date]) -> None:
        self._reader, self._today = reader, today
        self._facts: Mapping[str, Fact] = flows.facts
        self._texts = {name: Template.parse(text) for name, text in TEXTS.items()}

    def answer(self, text: str) -> PublicAnswer:
        """What to say to everybody about such a message."""
        reading = self._reader.read(text, self._today())
        danger = _danger(reading)
        issue = _issue(reading, danger)
        said = self.text(danger or self._occasion(text, reading, issue))
        if danger != "self_harm" and private_numbers(text, self._facts, addressed=True):
            said = (
                f"{self.text('numbers')}{said}"
                if danger is None
                else f"{said}{self.text('numbers')}"
            )
        return PublicAnswer(issue, danger, said)

    def text(self, name: str) -> str:
        """One of `TEXTS` with its facts; a clause whose fact does not hold today is left out."""
        return self._texts[name].render(self._fact)

    def _occasion(self, text: str, reading: Reading, issue: str | None) -> str:
        if quotes_rejected(text, self._facts):
            return "hotline"
        if issue is not None:
            return issue
        return "thanks" if reading.act == "thanks" else "about"

    def _fact(self, name: str) -> str | None:
        fact = self._facts.get(name.removeprefix("fact."))
        today = self._today()
        version = fact.on(today) if fact and fact.current(today) else None
        return version.show(caveat=True) if version else None


def _danger(reading: Reading) -> str | None:
    """The danger that is worth interrupting for."""
    if reading.danger is None or not (reading.danger_plain or not tamed(reading)):
        return None
    return reading.danger


def _issue(reading: Reading, danger: str | None) -> str | None:
    """The problem that the message surely has; in danger only what the danger itself is about."""
    if danger is not None:
        if not ALARMS[danger].startswith("patterns."):
            return ALARMS[danger]
        return reading.issue if cared_for(danger, reading.issue) else None
    quiet = reading.act in _QUIET and reading.act_p >= _SURE
    told = reading.issue not in (None, OUT_OF_SCOPE) and reading.p >= _SURE
    return reading.issue if told and not quiet else None
