"""Countries by what people write: their names in several languages, codes, and abbreviations (pure)."""

import re
import unicodedata
from functools import lru_cache

_LANGUAGES = (
    "en",
    "zh_Hans",
    "zh_Hant",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "ja",
    "ko",
    "pl",
    "sv",
    "da",
    "nb",
)
_ALSO = {
    "usa": "US", "u.s.a.": "US", "us": "US", "u.s.": "US", "united states of america": "US", "america": "US", "uk": "GB", "u.k.": "GB",
    "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB", "deutschland": "DE",
    "osterreich": "AT", "schweiz": "CH", "suisse": "CH", "svizzera": "CH", "espana": "ES", "italia": "IT", "nederland": "NL",
    "holland": "NL", "the netherlands": "NL", "belgie": "BE", "belgique": "BE", "brasil": "BR", "mexico": "MX", "polska": "PL",
    "ceska republika": "CZ", "czech republic": "CZ", "danmark": "DK", "norge": "NO", "sverige": "SE", "suomi": "FI", "turkiye": "TR",
    "turkey": "TR", "south korea": "KR", "korea": "KR", "republic of korea": "KR", "p.r. china": "CN", "pr china": "CN", "p.r.china": "CN",
    "prc": "CN", "people's republic of china": "CN", "hong kong": "HK", "hongkong": "HK", "hong kong sar": "HK", "macau": "MO",
    "macao": "MO", "taiwan": "TW", "viet nam": "VN", "uae": "AE", "u.a.e.": "AE", "russia": "RU", "russian federation": "RU",
    "eire": "IE", "republic of ireland": "IE", "中国大陆": "CN", "美国": "US", "英国": "GB", "日本国": "JP", "대한민국": "KR",
}  # fmt: skip
# Before a postcode, joined by a dash: D-10115.
POSTAL_PREFIXES = {
    "D": "DE", "DE": "DE", "A": "AT", "AT": "AT", "CH": "CH", "F": "FR", "FR": "FR", "I": "IT", "IT": "IT", "B": "BE", "BE": "BE",
    "NL": "NL", "L": "LU", "LU": "LU", "DK": "DK", "S": "SE", "SE": "SE", "N": "NO", "NO": "NO", "FI": "FI", "FIN": "FI",
    "E": "ES", "ES": "ES", "P": "PT", "PT": "PT", "PL": "PL", "CZ": "CZ", "SK": "SK", "HU": "HU", "SI": "SI", "HR": "HR",
}  # fmt: skip


def fold(text: str) -> str:
    """Lower case without accents, doubled spaces or dots at the end: how names are compared."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o").replace("Ø", "O"))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"\s+", " ", plain).strip(" ,;.").lower()


def country_called(text: str) -> str:
    """The code of the country the whole text names, or ""."""
    text = text.strip(" ,;")
    if len(text) == 2 and text.isascii() and text.isupper() and text in _codes():
        return text
    return _names().get(fold(text)) or _names().get(text.lower(), "")


def is_name_of(text: str, country: str) -> bool:
    """Whether the text says no more than the country."""
    return bool(country) and country_called(text) == country


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    from babel import Locale

    known = (str(code) for code in Locale.parse("en").territories)
    return frozenset(code for code in known if len(code) == 2 and code.isalpha() and code != "ZZ")


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    from babel import Locale

    names: dict[str, str] = {}
    for language in _LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if str(code) in _codes():
                names.setdefault(fold(str(name)), str(code))
    return names | _ALSO | {fold(name): code for name, code in _ALSO.items()}
