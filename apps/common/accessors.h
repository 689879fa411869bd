// Short names for the accessors that all applications use.
//
// They take strides from the instance, so they serve every affine layout a mapper may choose:
// SOA or AOS, C or Fortran order, exact or larger than the region.
#pragma once

#include "legion.h"

namespace app {

template <typename T, int DIM = 1>
using Reader = Legion::FieldAccessor<LEGION_READ_ONLY, T, DIM, Legion::coord_t,
                                     Realm::AffineAccessor<T, DIM, Legion::coord_t>>;

template <typename T, int DIM = 1>
using Writer = Legion::FieldAccessor<LEGION_READ_WRITE, T, DIM, Legion::coord_t,
                                     Realm::AffineAccessor<T, DIM, Legion::coord_t>>;

// Sums into a reduction instance. Not exclusive: mappers may give one instance to several tasks
// that reduce at the same time.
template <typename T, int DIM = 1>
using Adder = Legion::ReductionAccessor<Legion::SumReduction<T>, false, DIM, Legion::coord_t,
                                        Realm::AffineAccessor<T, DIM, Legion::coord_t>>;

// The points that a region requirement of a task names.
template <int DIM = 1>
Legion::Rect<DIM> bounds(const Legion::Task* task, unsigned requirement, Legion::Context ctx,
                         Legion::Runtime* runtime)
{
  const Legion::Domain domain = runtime->get_index_space_domain(
      ctx, task->regions[requirement].region.get_index_space());
  return Legion::Rect<DIM>(domain);
}

}  // namespace app
