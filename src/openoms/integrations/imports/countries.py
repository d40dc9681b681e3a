"""From what people write for a country to its ISO 3166 code."""

from functools import lru_cache

from babel import Locale
from babel.core import get_global

from openoms.integrations.imports.errors import BadRow

# In whose languages a country may be named; English and Chinese win where two languages share a word.
_LANGUAGES = ("en", "zh", "zh_Hant", "de", "fr", "es", "it", "pt", "ja")
_NO_COUNTRIES = frozenset("EU EZ UN QO XA XB ZZ".split())
# What is written but is no language's name of the country.
_ALSO = {
    "u.s.": "US",
    "u.s.a.": "US",
    "u.k.": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "holland": "NL",
    "korea": "KR",
    "republic of korea": "KR",
    "russian federation": "RU",
    "viet nam": "VN",
    "czech republic": "CZ",
    "turkey": "TR",
    "中国大陆": "CN",
    "中华人民共和国": "CN",
    "people's republic of china": "CN",
    "hong kong": "HK",
    "macau": "MO",
    "香港": "HK",
    "澳门": "MO",
    "台湾": "TW",
}


def country_code(text: str) -> str:
    """The ISO 3166 alpha-2 code of a country by code (GB, GBR, UK) or name in a common language; raises BadRow."""
    found = _codes().get(text.strip().casefold())
    if found is None:
        raise BadRow(f"{text!r} is not a country that is known: write its ISO code, such as CN")
    return found


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    names: list[dict[str, str]] = [
        {str(code): str(name) for code, name in Locale.parse(language).territories.items()}
        for language in _LANGUAGES
    ]
    countries = {code for code in names[0] if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES}
    codes = dict(_ALSO) | {code.casefold(): code for code in countries}
    for alias, targets in get_global("territory_aliases").items():
        spelled, target = str(alias), str(targets[0])
        if spelled.isalpha() and target in countries:
            codes.setdefault(spelled.casefold(), target)
    for territories in names:
        for code in sorted(countries & territories.keys()):
            codes.setdefault(territories[code].casefold(), code)
    return codes
