"""The command line as a user and as a program meet it: real processes, real pipes."""

import json
import subprocess
import sys

import pytest

BANNED = "早上突然永久封号，写违规引流，申诉不到一分钟就驳回"


def run(*args, lines=(), cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *args],
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        text=True,
        timeout=60,
        cwd=cwd,
        check=False,
    )


def turns(*lines, now="2026-11-20T10:00"):
    done = run("chat", "--json", "--now", now, lines=lines)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


class TestChatJson:
    KEYS = frozenset(
        {"turn", "state", "case", "issue", "candidates", "slots", "responses", "events", "due"}
    )

    def test_one_line_out_for_each_line_in_with_exactly_the_keys_of_the_contract(self):
        found = turns(
            BANNED, '{"text": "就写了引流"}', '{"button": "cmd:why"}', '{"advance": "3d"}'
        )
        assert [set(turn) for turn in found] == [self.KEYS] * 4

    def test_issue_is_null_until_it_is_decided(self):
        assert [turn["issue"] for turn in turns("你好", BANNED)] == [None, "account.banned"]

    def test_responses_have_text_copy_and_buttons(self):
        (turn,) = turns(BANNED)
        response = turn["responses"][-1]
        assert set(response) == {"text", "copy", "buttons"}
        assert {"label", "value"} <= set(response["buttons"][0])

    def test_a_clarifying_button_lists_the_issues_that_it_keeps(self):
        (turn,) = turns("客服不理我，钱也没了")
        if turn["issue"] is None:
            assert any(button.get("issues") for button in turn["responses"][-1]["buttons"])

    def test_candidates_are_issues_with_probabilities(self):
        found = turns("没人管")
        for candidate in found[-1]["candidates"]:
            assert set(candidate) == {"issue", "p"}
            assert 0 <= candidate["p"] <= 1

    def test_a_button_and_typed_words_are_the_same_answer(self):
        pressed = turns(BANNED, '{"button": "notice_detail:category"}')[-1]
        typed = turns(BANNED, "只有大类")[-1]
        assert pressed["state"] == typed["state"]
        assert pressed["slots"] == typed["slots"]

    def test_the_clock_stands_and_is_advanced(self):
        first, second = turns(BANNED, '{"advance": "1d"}')
        assert first["events"][0]["at"].startswith("2026-11-20T10:00")
        assert second["state"] == first["state"]

    @pytest.mark.parametrize(
        "line", ['{"advance": "soon"}', '{"fly": 1}', '{"text": "a", "button": "b"}']
    )
    def test_a_wrong_line_says_so_and_the_next_one_works(self, line):
        found = turns(line, BANNED)
        assert "error" in found[0]
        assert found[1]["issue"] == "account.banned"

    def test_a_multi_line_paste_is_one_turn(self):
        assert len(turns(BANNED, json.dumps({"paste": "您好\n请问有什么可以帮您"}))) == 2

    def test_the_same_input_gives_the_same_output(self):
        assert turns(BANNED, "不知道", "为什么问") == turns(BANNED, "不知道", "为什么问")


class TestChatPlain:
    def test_the_piped_form_of_the_readme_works(self):
        done = run("chat", lines=["我的号突然被永久封了，申诉一分钟就被驳回", "没写哪一篇"])
        assert done.returncode == 0
        assert "申诉" in done.stdout
        assert "「说不清」" in done.stdout

    def test_the_console_commands_work_in_a_pipe(self):
        lines = [BANNED, ":why", ":new", "七天无理由商家不退", ":case c1", ":quit", "这句到不了"]
        done = run("chat", lines=lines)
        assert "没写明" in done.stdout
        assert done.stdout.count("通知里写明是哪篇笔记") >= 3
        assert "这句到不了" not in done.stdout

    def test_traditional_in_traditional_out(self):
        done = run("chat", lines=["早上突然永久封號，寫違規引流，申訴不到一分鐘就駁回"])
        assert "申訴" in done.stdout

    def test_the_locale_can_be_set(self):
        done = run("chat", "--locale", "zh_Hant", lines=[BANNED])
        assert "申訴" in done.stdout

    def test_sentences_to_paste_stay_simplified(self):
        done = run(
            "chat",
            "--locale",
            "zh_Hant",
            "--json",
            lines=["轉不了人工，一直是機器人", *["不知道"] * 12],
        )
        copies = [
            c
            for line in done.stdout.splitlines()
            for r in json.loads(line)["responses"]
            for c in r["copy"]
        ]
        assert copies
        assert not any("請" in text or "轉" in text for text in copies)


class TestClassify:
    def test_keys_of_the_contract(self):
        done = run(
            "classify", "--json", "--now", "2026-11-20", lines=["昨天买的包398，七天无理由商家不退"]
        )
        found = json.loads(done.stdout)
        assert set(found) == {
            "text",
            "issue",
            "p",
            "candidates",
            "second",
            "act",
            "danger",
            "entities",
        }
        assert {"slot": "amount", "value": 398} in [
            {"slot": e["slot"], "value": e["value"]} for e in found["entities"]
        ]
        assert any(e["slot"] == "date" and e["value"] == "2026-11-19" for e in found["entities"])

    def test_a_json_line_may_hold_several_lines_of_text(self):
        text = "号没了\n昨天还好好的"
        done = run("classify", lines=[json.dumps({"text": text})])
        assert json.loads(done.stdout)["text"] == text

    def test_replies(self):
        done = run("classify", "--reply", lines=["您的工单GD882013已受理，3到7个工作日答复"])
        found = json.loads(done.stdout)
        assert found["reply"] == "promised_later"
        assert set(found["with"]) == {"ticket_no", "promised_time", "reason", "requested"}
        assert found["with"]["ticket_no"] == "GD882013"


class TestAuthoring:
    def test_check_finds_nothing_wrong(self):
        done = run("check")
        assert done.returncode == 0, done.stdout

    def test_check_of_a_broken_directory_names_file_line_and_fix(self, tmp_path):
        (tmp_path / "order.yaml").write_text(
            "category: order\ntitle: 甲\nflows: {}\nflows: {}\n", encoding="utf-8"
        )
        done = run("check", "--flows", str(tmp_path))
        assert done.returncode == 1
        assert f"{tmp_path.name}/order.yaml:4: " in done.stdout

    def test_check_as_json_has_one_object_a_problem(self, tmp_path):
        done = run("check", "--flows", str(tmp_path), "--json")
        first = json.loads(done.stdout.splitlines()[0])
        assert set(first) == {"file", "line", "code", "subject", "fact", "fix"}

    @pytest.mark.parametrize("suffix", [".svg", ".mmd", ".html"])
    def test_graph_writes_a_drawing(self, tmp_path, suffix):
        path = tmp_path / f"banned{suffix}"
        assert run("graph", "account.banned", "-o", str(path)).returncode == 0
        assert "notice_detail" in path.read_text(encoding="utf-8")

    def test_an_unknown_flow_is_answered_with_the_closest(self):
        done = run("graph", "account.baned")
        assert done.returncode == 2
        assert "account.banned" in done.stderr

    def test_inspect_says_what_a_state_waits_for(self):
        done = run("inspect", "account.banned.notice_detail")
        assert "停在这里等回答" in done.stdout
        assert "answer" in done.stdout

    def test_rehearse_writes_a_story_that_plays(self, tmp_path):
        path = tmp_path / "new.yaml"
        done = run("rehearse", "-o", str(path), "--name", "试一下", lines=[BANNED, "@只有大类", ""])
        assert done.returncode == 0, done.stderr
        played = run("test", "--stories", str(tmp_path))
        assert played.returncode == 0, played.stdout

    def test_a_failing_story_fails_the_command(self, tmp_path):
        story = "- story: 错的\n  turns:\n    - {user: 你好, says: [绝不会说的话]}\n"
        (tmp_path / "bad.yaml").write_text(story, encoding="utf-8")
        done = run("test", "--stories", str(tmp_path))
        assert done.returncode == 1
        assert "bad.yaml:3: 错的" in done.stdout


class TestHelp:
    COMMANDS = (
        "chat",
        "classify",
        "check",
        "test",
        "graph",
        "inspect",
        "rehearse",
        "train",
        "eval",
    )

    @pytest.mark.parametrize("command", COMMANDS)
    def test_every_command_explains_itself_with_an_example(self, command):
        done = run(command, "--help")
        assert done.returncode == 0
        assert "例子" in done.stdout

    def test_wrong_use_is_exit_code_2(self):
        assert run("dance").returncode == 2

    def test_a_wrong_time_is_answered_without_a_traceback(self):
        done = run("chat", "--now", "tomorrow", lines=["你好"])
        assert done.returncode == 2
        assert "2026-11-20" in done.stderr
        assert "Traceback" not in done.stderr
