"""Options that several commands take, each said once."""

from typing import Annotated

import typer

PresetOption = Annotated[
    str | None,
    typer.Option(help="Input: a preset of the application; `default`, or what its file says."),
]
DataScaleOption = Annotated[
    float | None,
    typer.Option(min=1, help="Emulated machines: modelled bytes for a real one."),
]
TimeScaleOption = Annotated[
    float | None,
    typer.Option(min=1, help="Emulated machines: real seconds for a modelled one."),
]
