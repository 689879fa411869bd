"""Colours of processors: the hue tells the node, the lightness the processor on it.

Calculated in OKLCH, where equal steps look equal. Of few nodes, the first hues are ones that
people who confuse red and green tell apart.
"""

from math import cos, pi, sin

from mapc.policy.kinds import ProcKind

FIRST_HUES = (250.0, 65.0, 165.0, 350.0, 105.0, 210.0, 30.0, 305.0)
"""Blue, orange, green, pink, yellow, cyan, red, violet."""
GOLDEN_ANGLE = 137.508
DARKEST, LIGHTEST = 0.5, 0.89


def colour(node: int, proc: int, procs: int, kinds_before: int = 0) -> str:
    """Return the colour of a processor; each further kind of processors looks greyer."""
    hue = FIRST_HUES[node] if node < len(FIRST_HUES) else FIRST_HUES[0] + node * GOLDEN_ANGLE
    chroma = 0.145 / (1 + kinds_before)
    light = lightness(proc, procs)
    # The ends of the scale have less room for colour.
    return _hex(light, chroma * (1 - 1.3 * abs(light - 0.66)), hue)


def lightness(proc: int, procs: int) -> float:
    """Return the lightness of a processor, between 0 and 1: number 0 is the darkest."""
    if procs <= 1:
        return 0.66
    return DARKEST + (LIGHTEST - DARKEST) * proc / (procs - 1)


def on_top(proc: int, procs: int) -> str:
    """Return the colour of text on a processor's colour."""
    return "#ffffff" if lightness(proc, procs) < 0.66 else "#16202e"


def kind_order(kinds: set[ProcKind]) -> list[ProcKind]:
    """Return kinds in the order of the language."""
    return [kind for kind in ProcKind if kind in kinds]


def _hex(light: float, chroma: float, hue: float) -> str:
    """Return an OKLCH colour as sRGB, clipped to what a screen shows."""
    a, b = chroma * cos(hue * pi / 180), chroma * sin(hue * pi / 180)
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + "".join([f"{round(255 * _gamma(c)):02x}" for c in linear])


def _gamma(linear: float) -> float:
    clipped = min(1.0, max(0.0, linear))
    if clipped <= 0.0031308:
        return 12.92 * clipped
    return float(1.055 * clipped ** (1 / 2.4) - 0.055)
