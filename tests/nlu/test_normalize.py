import pytest

from bot.nlu.normalize import fold, may_be_traditional, normalize


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("ＸＨＳ　客服", "小红书 客服"),
        ("帳號被永久停權", "账号被永久封号"),
        ("烦死了啊啊啊啊啊", "烦死了啊啊"),
        ("1000000元", "1000000元"),
        ("登陆不了", "登录不了"),
        ("俾假客服呃咗", "给假客服骗了"),
        ("唔該晒", "谢谢"),
        ("kf是机器人", "客服是机器人"),
        ("org没变", "org没变"),
        ("[哭惹R]", "[哭惹]"),
        ("好\u200b的\ufe0f", "好的"),
        ("  两   行\n", "两 行"),
        ("", ""),
    ],
)
def test_normalize(text: str, normal: str) -> None:
    assert normalize(text) == normal


@pytest.mark.parametrize("text", ["退款没到账", "abc 123", "。，！", "😭"])
def test_simplified_text_does_not_load_opencc(text: str) -> None:
    assert not may_be_traditional(text)


@pytest.mark.parametrize("text", ["退款沒到賬", "Ｐ７３０２", "İstanbul 退款", "我被騙了😭"])
def test_fold_keeps_offsets(text: str) -> None:
    assert len(fold(text)) == len(text)
