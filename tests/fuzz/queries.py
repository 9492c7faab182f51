"""Addresses that nobody's honest link has: a list of nasty ones, and Hypothesis strategies for endless others."""

from urllib.parse import parse_qsl, quote

from hypothesis import strategies as st

from dashboard.view import FILTERS

PARAMETERS = (
    "lang", "select", "date", "layers", "at", "q", "briefing", "step", "look", *FILTERS, "embed", "embed_options",
    "today", "version", "n", "", "select[]", "lang[0]", "__proto__", "constructor", "Lang", "date ",
)  # fmt: skip
VALUES = (
    "", " ", "\x00", "\x00\ufffe", "a\nb", "\r\nSet-Cookie: a=b", "\ud800", "\u202eevil", "\ufeff", "İ", "ß" * 399,
    "x" * 400, "x" * 401, "x" * 5000, "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)", "'; drop table", "1' OR '1'='1", "{{7*7}}", "${7*7}", "#{7*7}", "%s%n%x",
    "../../etc/passwd", "..\\..\\win.ini", "file:///etc/passwd", "nan", "NaN/NaN/NaN", "inf/inf/inf", "-inf/0/0",
    "1e308/1e308/1e308", "6/41/50", "6/41/50/7", "//", "6//", "0x6/41/50", "1_0/4_1/5_0", "٦/٤١/٥٠", "６/４１/５０",
    "6,41,50", "-0/-0/-0", "1e-400/0/0", "99999999999999999999/0/0", "6/41/50 ", "6\u200b/41/50", "2028", "2030~",
    "2025-10-20/2025-10-21", "99999", "99999-12-31", "9999-99-99", "0000", "0001-01-01", "-0001", "2028-02-30",
    "Y1E999999999", "Y-1E9", "{2020,2021}", "[..2020]", "20XX", "2020-21", "٢٠٢٨", "２０２８", "2028 ", "soon", "today",
    "1" * 399, "{" * 99, "2020/" * 40, "2028-06-15T25:61", "9999-12-31", "9999-12-31~", "0001~", "2028?/2029%",
    "unknown", "open", "..", "/", "0", "-1", "1", "999", "1000", "9" * 400, "9" * 4301, "1.5", "1e3", "٣", "0x1", "½",
    "²", "true", "null", "undefined", "None", "[]", "[object Object]", "kk", "KK", "kk,en", "en-US", "xx", "ru\x00",
    "ports", "ports,rail", "ports," * 90, ",", ",,,", "ports,,nonsense", "PORTS", "transport", "digital",
    "port-aktau", "port-aktau ", "PORT-AKTAU", "port-east", "port-of-the-east", "__class__", "toString", "overview",
    "KZ", "kz", "ZZ", "K", "KZZ", "К3", "operating", "Operating", "proposed", "fact", "dark", "light", "contrast",
    "🜨" * 100, "a" * 199 + "é" * 200, "\U0010ffff", "&", "=", "a&b=c", "%", "%zz", "%00", "%ff", "+", "?", "#", ";",
    "/..;/",
)  # fmt: skip
NASTY = (
    "%", "%00", "%zz=%zz", "=", "&", "&&&=&", "?", "??lang=en", "lang", "lang=", "lang=en&lang=ru&lang=tr",
    "lang=%00", "lang=%ff%fe", "lang=%ED%A0%80", "lang=%C0%80", "lang=en%26select=x", "lang=en;select=port-aktau",
    "select[]=a&select[]=b", "select=a&select[]=b", "select[a][b]=c", "select=%2e%2e%2f", "select=port-aktau%00",
    "date=2028%0d%0aX:%20y", "date=" + "9" * 5000, "at=nan/nan/nan", "at=6/41/50&at=x", "step=" + "9" * 5000,
    "step=-9", "step=%D9%A3", "q=" + "%D0%B0" * 2000, "q=" + "a" * 8000, "layers=" + "ports," * 1000,
    "&".join(f"a{n}={n}" for n in range(800)), "&".join("lang=en" for _ in range(800)), "a" * 8000,
    "a" * 4000 + "=" + "b" * 4000, "embed=true&embed=true", "embed=maybe", "embed_options=dark_theme&embed_options=x",
    "lang=en&select=<svg/onload=alert(1)>".replace("<", "%3C"), "lang=en&theme=__proto__",
    "__proto__[x]=1&constructor[prototype][x]=1", "briefing=visit-2025-10-briefing&step=999", "briefing=../x&step=1",
    "lang=%E2%80%AEen", "country=%F0%9F%87%B0%F0%9F%87%BF", "owner=" + quote("'\"><&"), "date=0001-01-01",
    "date=9999-12-31", "select=port-aktau&date=0001-01-01", "select=port-aktau&date=9999",
    "date=2028&at=14/85/180&layers=&q=%20", "status=operating&country=kz&topic=x&stance=fact",
)  # fmt: skip


@st.composite
def _garbage(draw: st.DrawFn) -> str:
    """A query string that was never put together from parameters."""
    return draw(st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#"), max_size=300))


_values = st.one_of(
    st.sampled_from(VALUES),
    st.sampled_from(VALUES),
    st.text(max_size=60),
    st.floats().map(str),
    st.integers().map(str),
    st.tuples(st.floats(), st.floats(), st.floats()).map(lambda three: "/".join(map(str, three))),
    st.dates().map(str),
    st.lists(st.sampled_from(VALUES), max_size=4).map(",".join),
)
pairs = st.lists(st.tuples(st.one_of(st.sampled_from(PARAMETERS), st.text(max_size=8)), _values), max_size=8)
"""Parameters with values, some of them twice."""


def query_of(parameters: list[tuple[str, str]]) -> str:
    """The parameters as a browser would write them, halves of letters as bytes that are no UTF-8."""

    def written(text: str) -> str:
        return quote(text.encode("utf-8", "surrogatepass"), safe="")

    return "&".join(f"{written(name)}={written(value)}" for name, value in parameters)


queries = st.one_of(pairs.map(query_of), pairs.map(query_of), _garbage())
"""Query strings as they stand in an address."""


def read(query: str) -> dict[str, str]:
    """A query string as a page sees it: the last value of each parameter, what is no UTF-8 replaced."""
    return dict(parse_qsl(query, keep_blank_values=True))
