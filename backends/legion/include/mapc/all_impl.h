// Every definition of the support header: part of mapper.h, or of the library made of support.cc.
#pragma once

#include "mapc/language_impl.h"
#include "mapc/launch_impl.h"
#include "mapc/machines_impl.h"
#include "mapc/mapper_instances_impl.h"
#include "mapc/mapper_limits_impl.h"
#include "mapc/mapper_regions_impl.h"
#include "mapc/mapper_seen_impl.h"
#include "mapc/mapper_tasks_impl.h"
#include "mapc/session_impl.h"
