// Legion, as the support header uses it.
#pragma once

#include "legion.h"
#include "mappers/default_mapper.h"

#include "mapc/inline.h"
