"""The language server: diagnostics, hover, completion and definitions for editors.

It asks the same modules as the commands do. What an editor needs while a statement is still being
typed works on tokens, because such text has no syntax tree.
"""
