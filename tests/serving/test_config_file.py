"""The configuration of the bot on Telegram: who wins, what is refused in which words, what is shown."""

import os
from pathlib import Path

import pytest

from bot.config.fields import FIELDS, Listen
from bot.config.telegram import (
    TelegramConfig,
    described,
    from_environment,
    make_directory,
    must_run,
)
from bot.core.errors import ConfigError

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SECRET = "s" * 32
SECRETS = {
    "BOT_TOKEN": TOKEN,
    "ZHENREN_DB": "postgresql://reader:hunter2@db.example.org/z?password=hunter3",
    "ZHENREN_PROXY": "socks5://user:hunter4@10.0.0.1:1080",
    "ZHENREN_WEBHOOK_SECRET": SECRET,
    "ZHENREN_WEBHOOK_PATH": "hidden-path",
}


def made(directory, environ=(), toml=None, **arguments):
    if toml is not None:
        (directory / "zhenren.toml").write_text(toml, encoding="utf-8")
    return from_environment(arguments, {"HOME": str(directory), **dict(environ)}, directory)


def refusal(directory, environ=(), toml=None, **arguments):
    with pytest.raises(ConfigError) as refused:
        made(directory, environ, toml, **arguments)
    return str(refused.value)


class TestWhoWins:
    def test_without_anything_the_defaults_hold(self, tmp_path):
        config = made(tmp_path)
        assert config.base_url == "https://api.telegram.org"
        assert (config.groups, config.stale_minutes, config.purge_days) == ("open", 5, 30)
        assert config.webhook.listen == "127.0.0.1"
        assert config.health is None
        assert config.file is None

    def test_the_file_beats_the_default(self, tmp_path):
        assert made(tmp_path, toml="stale_minutes = 7").stale_minutes == 7

    def test_the_environment_beats_the_file(self, tmp_path):
        environ = {"ZHENREN_STALE_MINUTES": "9"}
        assert made(tmp_path, environ, "stale_minutes = 7").stale_minutes == 9

    def test_the_command_line_beats_the_environment(self, tmp_path):
        config = made(tmp_path, {"ZHENREN_DB": "b.db"}, 'db = "a.db"', db="c.db")
        assert config.db == "c.db"

    def test_an_empty_value_is_no_value(self, tmp_path):
        config = made(tmp_path, {"ZHENREN_GROUPS": "", "BOT_TOKEN": " "}, 'log_level = ""')
        assert (config.groups, config.token, config.log_level) == ("open", "", "INFO")

    def test_the_named_file_beats_the_one_that_lies_here(self, tmp_path):
        other = tmp_path / "other.toml"
        other.write_text("purge_days = 3", encoding="utf-8")
        assert made(tmp_path, toml="purge_days = 4", config=str(other)).purge_days == 3
        environ = {"ZHENREN_CONFIG": str(other)}
        assert made(tmp_path, environ, "purge_days = 4").purge_days == 3

    def test_names_in_a_file_are_meant_from_where_it_is(self, tmp_path):
        place = tmp_path / "etc"
        place.mkdir()
        (place / "t.toml").write_text('db = "me.db"\nkey_file = "k"', encoding="utf-8")
        config = made(tmp_path, config=str(place / "t.toml"))
        assert config.db == str(place / "me.db")
        assert config.key_file == place / "k"


class TestReading:
    def test_sections_and_lists(self, tmp_path):
        toml = f"""
            owners = [11, 22]
            health = "127.0.0.1:9180"
            [retention]
            closed_days = 10
            [webhook]
            url = "https://bot.example.org/"
            secret = "{SECRET}"
            path = "in"
            port = 9000
        """
        config = made(tmp_path, toml=toml)
        assert config.owners == {11, 22}
        assert config.health == Listen("127.0.0.1", 9180)
        assert config.retention.closed_days == 10
        assert config.webhook.address == "https://bot.example.org/in"
        assert config.webhook.secret == SECRET

    @pytest.mark.parametrize("text", ["11,22", "11， 22", " 11 ,22,"])
    def test_owners_are_a_list_with_commas(self, tmp_path, text):
        assert made(tmp_path, {"OWNER_ID": text}).owners == {11, 22}

    @pytest.mark.parametrize("text", ["off", "OFF", "127.0.0.1:0"])
    def test_health_can_be_off(self, tmp_path, text):
        assert made(tmp_path, {"ZHENREN_HEALTH": text}).health is None

    @pytest.mark.parametrize("text", ["localhost:80", "[::1]:80", "127.0.0.2:80"])
    def test_health_is_on_this_machine(self, tmp_path, text):
        assert made(tmp_path, {"ZHENREN_HEALTH": text}).health is not None

    def test_what_is_secret_and_not_set_is_the_same_at_every_start_and_other_for_another_bot(
        self, tmp_path
    ):
        one, again = (made(tmp_path, {"BOT_TOKEN": TOKEN}).webhook for _ in range(2))
        other = made(tmp_path, {"BOT_TOKEN": "1" + TOKEN}).webhook
        assert (one.path, one.secret) == (again.path, again.secret)
        assert {one.path, one.secret}.isdisjoint({other.path, other.secret})
        assert len(one.secret) >= 32
        assert one.path.startswith("/")
        assert one.secret not in one.path

    @pytest.mark.parametrize(
        ("root", "via"),
        [
            ("http://127.0.0.1:8081", None),
            ("http://localhost:8081", None),
            ("http://[::1]:8081", None),
            ("https://api.telegram.org", "http://10.0.0.1:3128"),
        ],
    )
    def test_a_server_on_this_machine_is_reached_without_proxy(self, tmp_path, root, via):
        environ = {"BOT_API_BASE_URL": root, "ZHENREN_PROXY": "http://10.0.0.1:3128"}
        assert made(tmp_path, environ).via == via


class TestSecretsInFiles:
    @pytest.mark.parametrize(
        ("variable", "content", "read"),
        [
            ("BOT_TOKEN_FILE", TOKEN, lambda config: config.token),
            ("ZHENREN_DB_FILE", "postgresql://u:p@h/d", lambda config: config.db),
            ("ZHENREN_WEBHOOK_SECRET_FILE", SECRET, lambda config: config.webhook.secret),
        ],
    )
    def test_a_file_stands_for_its_content(self, tmp_path, variable, content, read):
        (tmp_path / "f").write_text(f"{content}\n", encoding="utf-8")
        assert read(made(tmp_path, {variable: str(tmp_path / "f")})) == content

    def test_the_configuration_file_can_name_one_beside_it(self, tmp_path):
        (tmp_path / "token.txt").write_text(TOKEN, encoding="utf-8")
        assert made(tmp_path, toml='token_file = "token.txt"').token == TOKEN

    def test_both_are_refused(self, tmp_path):
        (tmp_path / "f").write_text(TOKEN, encoding="utf-8")
        environ = {"BOT_TOKEN": TOKEN, "BOT_TOKEN_FILE": str(tmp_path / "f")}
        assert "只留一个" in refusal(tmp_path, environ)
        toml = f'token = "{TOKEN}"\ntoken_file = "f"'
        assert "只留一个" in refusal(tmp_path, toml=toml)

    @pytest.mark.parametrize("content", [b"", b"\n", b"SQLite format 3\0\xff\xfe"])
    def test_a_file_without_text_is_refused(self, tmp_path, content):
        (tmp_path / "f").write_bytes(content)
        assert "环境变量: ZHENREN_DB_FILE：" in refusal(
            tmp_path, {"ZHENREN_DB_FILE": str(tmp_path / "f")}
        )

    def test_a_file_that_is_not_there_is_refused(self, tmp_path):
        assert "读不出来" in refusal(tmp_path, {"BOT_TOKEN_FILE": str(tmp_path / "absent")})


class TestRefusals:
    def test_everything_wrong_is_said_at_once_with_its_place(self, tmp_path):
        said = refusal(
            tmp_path,
            {"OWNER_ID": "me", "ZHENREN_LOG_LEVEL": "LOUD"},
            'purge_dayz = 3\nstale_minutes = "5"\n[webhook]\nurll = "x"',
        )
        assert [line.partition("：")[0] for line in said.splitlines()] == [
            "zhenren.toml: purge_dayz",
            "zhenren.toml: stale_minutes",
            "zhenren.toml: webhook.urll",
            "环境变量: OWNER_ID",
            "环境变量: ZHENREN_LOG_LEVEL",
        ]
        assert "是不是想写 purge_days" in said
        assert "是不是想写 url" in said

    @pytest.mark.parametrize(
        "toml",
        [
            "stale_minutes = true",
            "stale_minutes = 1.5",
            "groups = 1",
            "token = [1]",
            'owners = "1"',
            'owners = ["1"]',
            'webhook = "https://example.org"',
            "[purge_days]\nx = 1",
            "log_level = 2026-11-20",
        ],
    )
    def test_a_wrong_type_is_refused(self, tmp_path, toml):
        assert refusal(tmp_path, toml=toml).startswith("zhenren.toml: ")

    @pytest.mark.parametrize("text", ["1087968824", "777000", "136817688", "-100123", "0", "5,-1"])
    def test_nobody_owns_the_bot_under_an_id_that_many_share(self, tmp_path, text):
        assert "OWNER_ID" in refusal(tmp_path, {"OWNER_ID": text})

    @pytest.mark.parametrize(
        ("variable", "text"),
        [
            ("BOT_API_BASE_URL", "https://api.telegram.org/bot"),
            ("BOT_API_BASE_URL", "https://api.telegram.org/bot" + TOKEN),
            ("BOT_API_BASE_URL", "api.telegram.org"),
            ("BOT_API_BASE_URL", "ftp://example.org"),
            ("BOT_TOKEN", "not a token"),
            ("ZHENREN_PROXY", "127.0.0.1:1080"),
            ("ZHENREN_PROXY", "http://h:99999"),
            ("ZHENREN_HEALTH", "0.0.0.0:80"),
            ("ZHENREN_HEALTH", "example.org:80"),
            ("ZHENREN_HEALTH", "80"),
            ("ZHENREN_WEBHOOK_SECRET", "short"),
            ("ZHENREN_WEBHOOK_PATH", TOKEN),
            ("ZHENREN_WEBHOOK_PATH", "../x"),
            ("ZHENREN_WEBHOOK_URL", "http://bot.example.org"),
            ("ZHENREN_WEBHOOK_URL", "https://bot.example.org:9000"),
            ("ZHENREN_WEBHOOK_CONNECTIONS", "101"),
            ("ZHENREN_MESSAGE_DAYS", "1"),
            ("ZHENREN_GROUPS", "closed"),
        ],
    )
    def test_a_value_that_cannot_be_is_refused_and_not_repeated(self, tmp_path, variable, text):
        said = refusal(tmp_path, {variable: text})
        assert said.startswith(f"环境变量: {variable}：")
        assert said.endswith("。")
        assert TOKEN not in said

    def test_an_own_server_may_post_to_any_address(self, tmp_path):
        environ = {
            "BOT_API_BASE_URL": "http://127.0.0.1:8081",
            "ZHENREN_WEBHOOK_URL": "http://127.0.0.1:9000",
        }
        assert made(tmp_path, environ).webhook.url == "http://127.0.0.1:9000"

    def test_approval_needs_somebody_who_approves(self, tmp_path):
        assert "没有人能批准" in refusal(tmp_path, {"ZHENREN_GROUPS": "approval"})
        environ = {"ZHENREN_GROUPS": "approval", "OWNER_ID": "7"}
        assert made(tmp_path, environ).groups == "approval"

    def test_a_misspelt_variable_is_told(self, tmp_path):
        said = refusal(tmp_path, {"ZHENREN_WEBHOK_URL": "https://example.org"})
        assert "是不是想写 ZHENREN_WEBHOOK_URL" in said

    def test_variables_of_others_are_left_alone(self, tmp_path):
        made(tmp_path, {"ZHENREN_FLOWS": "x", "ZHENREN_SOMETHING_ELSE": "y", "BOT_NAME": "z"})

    def test_a_file_that_is_no_toml_is_told_with_its_line(self, tmp_path):
        assert "第 2 行" in refusal(tmp_path, toml="purge_days = 3\ntoken = 123:abc")

    @pytest.mark.parametrize("arguments", [{"config": "absent.toml"}])
    def test_a_named_file_that_is_not_there_is_an_error(self, tmp_path, arguments):
        assert "absent.toml" in refusal(tmp_path, **arguments)
        assert "absent.toml" in refusal(tmp_path, {"ZHENREN_CONFIG": "absent.toml"})


class TestRunning:
    def test_without_token_it_is_told_how_to_get_one(self):
        with pytest.raises(ConfigError, match="@BotFather"):
            must_run(TelegramConfig(), webhook=False)

    def test_a_webhook_needs_its_address(self):
        with pytest.raises(ConfigError, match="ZHENREN_WEBHOOK_URL"):
            must_run(TelegramConfig(token=TOKEN), webhook=True)
        must_run(TelegramConfig(token=TOKEN), webhook=False)

    @pytest.mark.parametrize(
        ("environ", "expected"),
        [
            ({"STATE_DIRECTORY": "/var/lib/z:/var/lib/y"}, "/var/lib/z/zhenren.db"),
            ({"XDG_DATA_HOME": "/data"}, "/data/zhenren/zhenren.db"),
            ({"HOME": "/home/me"}, "/home/me/.local/share/zhenren/zhenren.db"),
        ],
    )
    def test_without_a_name_the_store_is_where_data_belongs(self, tmp_path, environ, expected):
        assert made(tmp_path, environ).db == expected

    @pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
    @pytest.mark.parametrize("scheme", ["", "sqlite:///"])
    def test_its_directory_is_made_for_the_owner_only(self, tmp_path, scheme):
        path = tmp_path / "data" / "zhenren.db"
        make_directory(TelegramConfig(db=f"{scheme}{path}"))
        make_directory(TelegramConfig(db=f"{scheme}{path}"))
        assert path.parent.stat().st_mode & 0o777 == 0o700

    def test_a_server_has_no_directory(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        make_directory(TelegramConfig(db="postgresql://u@h/d"))
        assert not list(Path().iterdir())

    def test_a_directory_that_cannot_be_made_is_told(self, tmp_path):
        (tmp_path / "file").touch()
        with pytest.raises(ConfigError, match="建不了目录"):
            make_directory(TelegramConfig(db=str(tmp_path / "file" / "x" / "z.db")))


class TestShowing:
    def test_every_setting_is_shown_with_its_origin(self, tmp_path):
        rows = described(made(tmp_path, {"OWNER_ID": "7"}, "purge_days = 3"))
        assert [key for key, _, _ in rows] == [each.key for each in FIELDS]
        assert ("owners", "7", "环境变量 OWNER_ID") in rows
        assert ("purge_days", "3", "zhenren.toml purge_days") in rows
        assert ("groups", "open", "默认") in rows

    def test_no_secret_is_shown(self, tmp_path):
        config = made(tmp_path, SECRETS)
        text = f"{described(config)} {config!r}"
        assert "已设置" in text
        for secret in (TOKEN, "hunter", SECRET, "hidden-path"):
            assert secret not in text

    def test_derived_secrets_are_not_shown(self, tmp_path):
        config = made(tmp_path, {"BOT_TOKEN": TOKEN})
        text = f"{described(config)} {config!r}"
        assert config.webhook.secret not in text
        assert config.webhook.path not in text


class TestExample:
    """The example that is shipped tells of every setting, and its defaults are the defaults."""

    TEXT = (Path(__file__).parents[2] / "deploy" / "zhenren.example.toml").read_text("utf-8")

    @staticmethod
    def uncommented(*left_out):
        lines = [line.removeprefix("# ") for line in TestExample.TEXT.splitlines()]
        settings = [line for line in lines if "=" in line.partition("#")[0] or line[:1] == "["]
        return "\n".join(each for each in settings if each.partition(" =")[0] not in left_out)

    def test_as_it_is_it_sets_nothing(self, tmp_path):
        assert made(tmp_path, toml=self.TEXT).origins == {}

    def test_every_setting_is_there_with_its_variable(self):
        for each in FIELDS:
            name = each.key.rpartition(".")[2]
            (line,) = [x for x in self.TEXT.splitlines() if x.startswith(f"# {name} =")]
            assert f"{each.variable} " in f"{line} "
            assert (f"{each.variable} *" in line) == each.secret
            assert (f"# {name}_file =" in self.TEXT) == each.beside or name == "key"

    def test_what_it_shows_is_the_default(self, tmp_path):
        samples = ("token", "token_file", "secret", "secret_file", "learn", "key_file", "path")
        shown = made(tmp_path, toml=self.uncommented("db", "proxy", "url", *samples))
        default = made(tmp_path / "elsewhere")
        wanted = {key: value for key, value, _ in described(default) if key != "db"}
        assert {key: value for key, value, _ in described(shown) if key != "db"} == wanted

    def test_its_samples_can_be_used(self, tmp_path):
        left_out = ("token", "token_file", "secret", "secret_file")
        config = made(tmp_path, toml=self.uncommented(*left_out))
        assert config.proxy == "socks5h://127.0.0.1:1080"
        assert config.webhook.address == "https://bot.example.org/in"
