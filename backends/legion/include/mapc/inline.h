// How the definitions of the support header are built. By default they are inline, and a generated
// file needs nothing else. With MAPC_PREBUILT a generated file sees declarations only, compiles
// quickly, and is linked with a library that is made of support.cc once. Does not need Legion.
#pragma once

#ifdef MAPC_PREBUILT
#define MAPC_INLINE
#else
#define MAPC_INLINE inline
#endif
