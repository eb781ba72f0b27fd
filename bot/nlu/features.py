"""What the classifier sees of a sentence: n-grams over units.

A unit is one Chinese character, one Latin word, one number (by its length only: which order
or amount it is says nothing) or one symbol. Training and run time share this file; a change
here makes every stored model stale, so raise `VERSION` with it.
"""

import re
from itertools import pairwise
from math import log

VERSION = 2
_BEGINNING = 3  # characters before the name at most
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_UNIT = re.compile(r"[a-z]+|#+|\S")
_PAUSE = str.maketrans(dict.fromkeys(",。!?.、;:~…\"“”'「」()【】《》", "|"))
# Other platforms: what goes wrong there is seldom ours, whatever the words are.
_ELSEWHERE = re.compile(
    r"抖音|淘宝|天猫|京东|拼多多|pdd|闲鱼|咸鱼|微博|快手|b站|bilibili|哔哩|知乎|得物|美团|饿了么|虾皮|shopee|momo|脸书|推特|豆瓣|滴滴|携程"
    r"|唯品会|当当|苏宁|网易|steam|爱奇艺|优酷|腾讯视频|百度|贴吧|高德|12306|航空|大众点评|视频号|公众号|银行|移动|联通|电信|亚马逊|拼夕夕"
    r"|某宝|某音|狗东|转转|飞猪|王者|原神|\b(?:ig|instagram|facebook|fb|twitter|netflix|telegram|threads|discord|carousell|pchome"
    r"|foodpanda|hktvmall|amazon|tiktok|youtube|line|whatsapp|boss|ebay|uber|airbnb|spotify)\b"
)
_HERE = re.compile("小红书|薯|笔记")
_TF = (0.0, *(1.0 + log(n) for n in range(1, 9)))


def units(normalized: str) -> list[str]:
    """The sentence as units between its two boundary marks; every pause is the same mark."""
    shaped = _NUMBER.sub(lambda m: "#" * min(m.end() - m.start(), 4), normalized)
    return ["^", *_UNIT.findall(shaped.translate(_PAUSE)), "$"]


def term_frequencies(normalized: str) -> dict[str, float]:
    """Each n-gram of the sentence with its dampened count."""
    row = units(normalized)
    counts: dict[str, int] = {}
    for gram in row:
        counts[gram] = counts.get(gram, 0) + 1
    for gram in map("".join, pairwise(row)):
        counts[gram] = counts.get(gram, 0) + 1
    for gram in map("".join, zip(row, row[1:], row[2:], strict=False)):
        counts[gram] = counts.get(gram, 0) + 1
    terms = {gram: _TF[min(n, 8)] for gram, n in counts.items()}
    elsewhere = _ELSEWHERE.search(normalized)
    if elsewhere:
        terms["<elsewhere>"] = 1.0
        if elsewhere.start() <= _BEGINNING:
            terms["<begins elsewhere>"] = 1.0
        if _HERE.search(normalized):
            terms["<here>"] = 1.0
    return terms
