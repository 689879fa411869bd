// What generated files include: the tables' and functions' types, and the way into a program. The
// mapper itself comes along too, unless it is in the support library (MAPC_PREBUILT).
#pragma once

#include "mapc/preload.h"
#include "mapc/source.h"

#ifndef MAPC_PREBUILT
#include "mapc/mapper.h"
#endif
