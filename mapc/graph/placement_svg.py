"""`mapc place --format svg`: the points of a launch, coloured by processor.

One dimension is a strip, two are a grid, more are grids side by side. The same answer always gives
the same bytes, and the picture needs nothing outside itself.
"""

from mapc.graph.placement_drawing import draw
from mapc.graph.placement_legend import FAINT
from mapc.graph.svg import content, element, label, moved
from mapc.policy.query import Answer

MARGIN = 28.0
TOP = 84.0
INK = "#16202e"
FONT = "'Helvetica Neue', Helvetica, Arial, sans-serif"


def as_svg(answer: Answer) -> str:
    """Return the picture of an answer."""
    drawing = draw(answer)
    body = drawing.grids_at(MARGIN, TOP)
    left = MARGIN + drawing.width + 24
    body.append(moved(drawing.legend.content, left, TOP + 6))
    bottom = TOP + max(drawing.height, drawing.legend.height + 6)
    for remark in drawing.remarks:
        bottom += 18
        body.append(label(remark, MARGIN, bottom, fill=FAINT))
    width, height = max(left + drawing.legend.width + MARGIN, 560.0), bottom + MARGIN
    return (
        element(
            "svg",
            *[
                f"\n{part}"
                for part in (
                    element("title", content(f"{drawing.title} ({drawing.subtitle})")),
                    element("defs", drawing.patterns),
                    element("rect", width="100%", height="100%", fill="#ffffff"),
                    label(drawing.title, MARGIN, 40, font_size=20, font_weight="600"),
                    label(drawing.subtitle, MARGIN, 62, font_size=13, fill=FAINT),
                    *body,
                )
            ],
            "\n",
            xmlns="http://www.w3.org/2000/svg",
            width=width,
            height=height,
            viewBox=f"0 0 {width:.0f} {height:.0f}",
            role="img",
            fill=INK,
            font_family=FONT,
            font_size=12,
        )
        + "\n"
    )
