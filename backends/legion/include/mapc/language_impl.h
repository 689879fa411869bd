// Every definition of the support header that does not need Legion.
#pragma once

#include "mapc/builtins_impl.h"
#include "mapc/evaluation_impl.h"
#include "mapc/limits_impl.h"
#include "mapc/machine_view_impl.h"
#include "mapc/program_impl.h"
#include "mapc/rules_impl.h"
#include "mapc/values_impl.h"
