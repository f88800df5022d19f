"""The own reader of web pages beside trafilatura, if that is installed: ``python benchmarks/webpage.py``.

The annotated texts are wrapped as web pages wrap them, in good and in broken markup. Counted are the paragraphs of the
text that come through, the lines of the page around it that come along, and the processor time.
"""

from __future__ import annotations

import importlib.util
import time
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

GOLD = Path(__file__).parents[1] / "tests" / "evidence" / "gold"
AROUND = [
    "Home",
    "World",
    "Sport",
    "Most read stories",
    "Twelve tips for a better garden",
    "We use cookies to serve you",
]


KINDS = {
    "article": ("<article>", "</article>"),
    "div": ("<div class='content'>", "</div>"),
    "table": ("<table><tr><td>", "</table>"),
    "unclosed": ("<div><div>", ""),
    "no frame": ("", ""),
}


def page(paragraphs: list[str], kind: str) -> str:
    """Return a text as a web page of one kind; what stands around it is marked as such only in the first."""
    links = "".join(f"<li><a href='/{n}'>{name}</a></li>" for n, name in enumerate(AROUND))
    nav, aside, foot = ("nav", "aside", "footer") if kind == "article" else ("div", "div", "div")
    body = ""
    for number, text in enumerate(paragraphs):
        words = escape(text, quote=False).split(" ")
        if kind in ("unclosed", "table") and number % 3 == 0:  # bold never closed, an entity without its semicolon
            words[2:3] = [("<b>" if number % 2 else "&nbsp") + word for word in words[2:3]]
        body += f"<p>{' '.join(words)}{'' if kind in ('unclosed', 'no frame') else '</p>'}\n"
    before, after = KINDS[kind]
    return (
        "<!DOCTYPE html><html><head><title>Report</title><script>var x = '<p>not text</p>';</script></head><body>"
        f"<{nav}><ul>{links}</ul></{nav}>{before}{body}{after}<{aside}><ul>{links}</ul></{aside}>"
        f"<{foot}>All rights reserved, 2031</{foot}></body>{'' if kind == 'unclosed' else '</html>'}"
    )


def squeeze(text: str) -> str:
    """Return letters and digits alone, so that blanks do not matter."""
    return "".join(c for c in text if c.isalnum())


def main() -> None:
    """Print what each reader keeps."""
    from foedus.evidence.webpage import read_page

    readers: dict[str, Callable[[str], str]] = {"own": lambda source: read_page(source).text}
    if importlib.util.find_spec("trafilatura"):
        import trafilatura

        readers["trafilatura"] = lambda source: trafilatura.extract(source, include_comments=False) or ""
        readers["trafilatura, recall"] = lambda source: trafilatura.extract(source, favor_recall=True) or ""
    texts = [p.read_text(encoding="utf-8") for p in sorted(GOLD.rglob("*.txt"))]
    print(f"{'reader':22}{'page':10}{'kept':>7}{'around':>8}{'ms':>8}")
    for name, reader in readers.items():
        for kind in KINDS:
            kept = wanted = extra = 0
            spent = 0.0
            for text in texts:
                paragraphs = [line for line in text.split("\n") if len(line) > 40]
                source = page(paragraphs, kind)
                start = time.process_time()
                got = reader(source)
                spent += time.process_time() - start
                squeezed = squeeze(got)
                ends = [squeeze(p)[-25:] for p in paragraphs]
                kept += sum(end in squeezed for end in ends)
                wanted += len(ends)
                extra += sum(name in got for name in AROUND)
            share = f"{kept / wanted:.1%}"
            print(f"{name:22}{kind:10}{share:>7}{extra / len(texts):8.1f}{1000 * spent / len(texts):8.1f}", flush=True)


if __name__ == "__main__":
    main()
