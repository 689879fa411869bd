"""`python -m mapc` is `mapc`."""

from mapc.cli.main import run

if __name__ == "__main__":
    run()
