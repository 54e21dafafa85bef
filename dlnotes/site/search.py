"""Chinese full-text search without a dictionary: single characters and pairs, on both sides."""

import re

import snowballstemmer
from sphinx.search import SearchLanguage
from sphinx.search.en import english_stopwords, js_porter_stemmer

HAN = "\u3400-\u9fff"
WORDS = re.compile(rf"[{HAN}]+|[^\W{HAN}]+")

# the reader's query, split in the browser: pairs only, a lone character stays itself
SPLIT_QUERY = r"""
var splitQuery = (query) => {
  const words = [];
  for (const [run] of query.matchAll(/[\u3400-\u9fff]+|(?:(?![\u3400-\u9fff])[\p{L}\p{N}_])+/gu)) {
    if (!/^[\u3400-\u9fff]/.test(run) || run.length === 1) words.push(run);
    else for (let i = 0; i + 1 < run.length; i++) words.push(run.slice(i, i + 2));
  }
  return words;
};
"""


class ChineseSearch(SearchLanguage):
    """Indexes Chinese text by characters and pairs; Latin words are stemmed as in English."""

    lang = "zh"
    language_name = "Chinese"
    stopwords = english_stopwords
    js_stemmer_code = js_porter_stemmer
    js_splitter_code = SPLIT_QUERY

    def init(self, options: dict) -> None:
        self.stemmer = snowballstemmer.stemmer("porter")

    def split(self, input: str) -> list[str]:
        """Words of a text: 学习率 gives 学, 习, 率, 学习, 习率."""
        found = []
        for run in WORDS.findall(input):
            if is_chinese(run):
                found += [*run, *(run[i : i + 2] for i in range(len(run) - 1))]
            else:
                found.append(run)
        return found

    def stem(self, word: str) -> str:
        return word if is_chinese(word) else self.stemmer.stemWord(word.lower())

    def word_filter(self, word: str) -> bool:
        return is_chinese(word) or (len(word) > 1 and word not in self.stopwords)


def is_chinese(word: str) -> bool:
    """Whether a word begins with a Chinese character."""
    return "\u3400" <= word[:1] <= "\u9fff"
