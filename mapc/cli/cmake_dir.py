"""`mapc cmake-dir`: where the CMake package is."""

import sys


def cmake_dir() -> None:
    """Print the folder of mapc's CMake package, for `find_package(mapc)`.

    Example: cmake -S . -B build -Dmapc_DIR=$(mapc cmake-dir)
    """
    from mapc.resources import resource

    sys.stdout.write(f"{resource('backends', 'legion', 'cmake')}\n")
