#pragma once

enum { TOP_LEVEL, FILL, SUM };
enum { FIELD_VALUE = 101 };
enum { POINTS = 64, PIECES = 4 };
