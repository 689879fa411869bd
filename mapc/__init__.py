"""mapc: a mapping-language compiler and tuner for the Legion task runtime."""

__version__ = "0.1.0"
