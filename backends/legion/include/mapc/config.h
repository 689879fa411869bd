// How the support header is built. By default everything is inline and a generated mapper needs
// nothing but Legion. With MAPC_PREBUILT only declarations are seen, and a library made of
// support.cc holds the definitions. Needs Legion.
#pragma once

#include "legion.h"
#include "mappers/default_mapper.h"

#ifdef MAPC_PREBUILT
#define MAPC_INLINE
#else
#define MAPC_INLINE inline
#endif
