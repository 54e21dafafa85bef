import pytest

from dlnotes.site.search import ChineseSearch


@pytest.fixture(scope="module")
def words():
    return ChineseSearch({})


def test_chinese_is_split_into_characters_and_pairs(words):
    assert words.split("学习率") == ["学", "习", "率", "学习", "习率"]


def test_latin_words_between_chinese_stay_whole_and_are_stemmed(words):
    assert words.split("用Adam训练") == ["用", "Adam", "训", "练", "训练"]
    assert words.stem("Diverges") == words.stem("diverge")


def test_every_chinese_word_is_indexed_and_english_filler_is_not(words):
    assert words.word_filter("率")
    assert not words.word_filter("the")
