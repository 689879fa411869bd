"""From policy text to a syntax tree with positions: grammar, tree, parser."""
