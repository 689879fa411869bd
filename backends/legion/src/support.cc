// The definitions of the support header, compiled once: link generated mappers that are compiled
// with MAPC_PREBUILT against the library made of this file.
#ifndef MAPC_PREBUILT
#error "compile this file, and the mappers that use it, with -DMAPC_PREBUILT"
#endif

#include "mapc/mapper.h"

#include "mapc/all_impl.h"
