// Registration of task variants.
#pragma once

#include "legion.h"

namespace app {

// A CPU variant that launches nothing. Add further variants of a task with registrars of their own.
inline Legion::TaskVariantRegistrar cpu_leaf(Legion::TaskID task, const char* variant)
{
  Legion::TaskVariantRegistrar registrar(task, variant);
  registrar.add_constraint(Legion::ProcessorConstraint(Legion::Processor::LOC_PROC));
  registrar.set_leaf();
  return registrar;
}

// A GPU variant that launches nothing but kernels.
inline Legion::TaskVariantRegistrar gpu_leaf(Legion::TaskID task, const char* variant)
{
  Legion::TaskVariantRegistrar registrar(task, variant);
  registrar.add_constraint(Legion::ProcessorConstraint(Legion::Processor::TOC_PROC));
  registrar.set_leaf();
  return registrar;
}

// A CPU variant that launches work or creates partitions.
inline Legion::TaskVariantRegistrar cpu_parent(Legion::TaskID task, const char* variant)
{
  Legion::TaskVariantRegistrar registrar(task, variant);
  registrar.add_constraint(Legion::ProcessorConstraint(Legion::Processor::LOC_PROC));
  return registrar;
}

// The top-level task: touches no data itself; under control replication every node runs a copy.
inline Legion::TaskVariantRegistrar cpu_top_level(Legion::TaskID task, const char* variant)
{
  Legion::TaskVariantRegistrar registrar = cpu_parent(task, variant);
  registrar.set_inner();
  registrar.set_replicable();
  return registrar;
}

}  // namespace app
