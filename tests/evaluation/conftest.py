from pathlib import Path

import pytest

_FOLDERS = {
    "issues": {
        "order.refund": ("退款不到账", "申请退款被拒"),
        "account.banned": ("账号被封了", "号永久封禁"),
    },
    "acts": {"affirm": ("好的可以", "没错就这样"), "deny": ("不是这样", "并不是的")},
    "replies": {"refused": ("无法为您办理", "不支持退"), "other": ("今天天气好", "您吃了吗")},
    "dangers": {
        "fraud_now": ("正在转账给骗子", "还在让我汇款"),
        "none": ("退款没到账", "商家不回"),
    },
}


@pytest.fixture(scope="session")
def small_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two problems, two acts, two replies, one danger; three voices."""
    root = tmp_path_factory.mktemp("nlu")
    for folder, labels in _FOLDERS.items():
        (root / folder).mkdir()
        for label, lines in labels.items():
            _write(root / folder / f"{label.replace('.', '_')}.yaml", label, lines)
    _write(root / "out_of_scope.yaml", "out_of_scope", ("明天下雨吗", "红烧肉怎么做"))
    return root


def _write(path: Path, label: str, lines: tuple[str, ...]) -> None:
    """Voice one has a word of its own in every line."""
    voices = "".join(
        f"  {voice}:\n" + "".join(f"    - {line}{mark}{i}\n" for line in lines for i in range(3))
        for voice, mark in (("one", "薯饼"), ("two", "哦"), ("three", "啦"))
    )
    path.write_text(f"label: {label}\nexamples:\n{voices}", encoding="utf-8")
