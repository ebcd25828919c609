"""Drawings as SVG whose colours follow the page: made in stand-in colours, which then become CSS variables.

    COLOURS["series-1"]  →  matplotlib draws in #010401  →  the SVG says var(--series-1)  →  page.css knows both themes

Text stays text, in the page's own letters. Ids are made to differ between the drawings of a page, and to stay the same
from run to run.
"""

import re
from collections.abc import Callable
from hashlib import blake2b
from io import StringIO
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings, filterwarnings

from laplace_landmarks.text_files import to_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SERIES = tuple(f"series-{number}" for number in range(1, 7))
HEAT = tuple(f"heat-{number}" for number in range(1, 6))  # from little to much
COLOURS = {name: f"#01{place:02x}01" for place, name in enumerate(("ink", "muted", "grid", *SERIES, *HEAT), start=1)}
WIDTH, HEIGHT = 4.3, 3.0  # inches; the page scales it


def drawing(draw: Callable[["Axes"], None], alt: str, *, width: float = WIDTH, height: float = HEIGHT) -> str:
    """What `draw` puts on one pair of axes, as an <svg> element for a page.

    draw: takes its colours from COLOURS, so that they follow the theme. alt: what is shown, in words.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with rc_context(_style()), catch_warnings():
        filterwarnings("ignore", "Glyph")  # letters that matplotlib lacks; the browser has them
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure.add_subplot())
        text = StringIO()
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _for_page(text.getvalue(), alt)


def fading(colour: str) -> Any:
    """A colour map of one of COLOURS, from faint to full."""
    from matplotlib.colors import LinearSegmentedColormap, to_rgba

    return LinearSegmentedColormap.from_list(colour, [to_rgba(COLOURS[colour], opacity) for opacity in (0.15, 1.0)])


def _style() -> Any:
    ink, muted, grid = COLOURS["ink"], COLOURS["muted"], COLOURS["grid"]
    return {
        "svg.fonttype": "none", "svg.hashsalt": "laplace-landmarks", "text.parse_math": False, "font.size": 8.5,
        "font.family": "DejaVu Sans", "text.color": ink, "axes.labelcolor": ink, "axes.edgecolor": muted,
        "axes.linewidth": 0.7, "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True,
        "axes.axisbelow": True, "grid.color": grid, "grid.linewidth": 0.7, "xtick.color": muted, "ytick.color": muted,
        "xtick.labelcolor": ink, "ytick.labelcolor": ink, "legend.frameon": False, "legend.fontsize": 8,
        "lines.solid_capstyle": "round",
    }  # fmt: skip


def _for_page(text: str, alt: str) -> str:
    """The <svg> alone, with variables for colours, the page's letters, ids of its own, and a name."""
    from markupsafe import escape

    text = text[text.index("<svg") :].strip()
    # a <style> within would hold for the whole page
    text = re.sub(r"<metadata>.*?</metadata>\s*|<style.*?</style>\s*", "", text, flags=re.DOTALL)
    # places to a hundredth, but not what is written there
    text = re.sub(r"<[^>]*>", lambda tag: re.sub(r"\d+\.\d{3,}", lambda found: f"{float(found[0]):.2f}", tag[0]), text)
    mark = blake2b(to_bytes(text + alt), digest_size=4).hexdigest()
    for name, stand_in in COLOURS.items():
        text = text.replace(stand_in, f"var(--{name})")
    text = re.sub(r" font-family: [^;\"]*;?", "", text)
    referred = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', text))
    text = re.sub(r' id="([^"]+)"', lambda found: found[0] if found[1] in referred else "", text)
    text = re.sub(r'(id="|url\(#|href="#)(?=[^)"]+)', rf"\g<1>d{mark}-", text)
    opening = f' role="img" aria-label="{escape(alt)}">'
    text = re.sub(r"<svg [^>]*?(viewBox=\"[^\"]+\")[^>]*>", lambda found: f"<svg {found[1]}{opening}", text, count=1)
    return text.replace("xlink:href", "href")
