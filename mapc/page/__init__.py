"""The page of `mapc inspect`: policy, generated C++, decisions and placements, linked by line."""
