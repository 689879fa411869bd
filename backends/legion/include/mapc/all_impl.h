// Every definition of the support header: part of mapper.h, or of the library made of support.cc.
#pragma once

#include "mapc/builtins_impl.h"
#include "mapc/evaluation_impl.h"
#include "mapc/machine_view_impl.h"
#include "mapc/machines_impl.h"
#include "mapc/mapper_limits_impl.h"
#include "mapc/mapper_regions_impl.h"
#include "mapc/mapper_seen_impl.h"
#include "mapc/mapper_tasks_impl.h"
#include "mapc/program_impl.h"
#include "mapc/rules_impl.h"
#include "mapc/session_impl.h"
#include "mapc/values_impl.h"
