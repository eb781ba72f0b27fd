"""Pictures sent together."""

from bot.serving.albums import Albums


def test_one_message_of_an_album_is_answered():
    albums = Albums()
    assert [albums.mine("a", update) for update in ("1", "2", "3")] == [True, False, False]


def test_the_same_update_again_is_answered_again():
    albums = Albums()
    assert [albums.mine("a", "1"), albums.mine("a", "2"), albums.mine("a", "1")] == [
        True,
        False,
        True,
    ]


def test_what_is_no_album_is_always_answered():
    albums = Albums()
    assert albums.mine("", "1")
    assert albums.mine("", "2")


def test_other_albums_have_answers_of_their_own():
    albums = Albums()
    assert albums.mine("a", "1")
    assert albums.mine("b", "2")


def test_old_albums_are_forgotten():
    albums = Albums()
    assert all(albums.mine(str(number), str(number)) for number in range(1001))
    assert albums.mine("0", "late")
