"""From a Policy to C++: tables of rules and one function per placement function.

Decides nothing about mapping: what a statement means at run time is the support header's job
(`backends/legion/include/mapc`).
"""

from mapc.codegen.generate import Generated, generate, generate_table_program

__all__ = ["Generated", "generate", "generate_table_program"]
