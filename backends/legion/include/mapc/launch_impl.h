// Definitions of launch.h.
#pragma once

#include "mapc/boxes.h"
#include "mapc/launch.h"

namespace mapc {

MAPC_INLINE Tuple to_tuple(const Legion::DomainPoint& point)
{
  std::vector<Int> result;
  for (int d = 0; d < point.get_dim(); ++d) result.push_back(point[d]);
  return Tuple(std::move(result));
}

MAPC_INLINE Tuple extents_of(const Legion::Domain& domain)
{
  // An empty domain has its upper bound below the lower one.
  return each(to_tuple(domain.hi()) - to_tuple(domain.lo()) + 1,
              [](Int extent) -> Int { return extent < 0 ? Int(0) : extent; });
}

// --- tables --------------------------------------------------------------------------------------

MAPC_INLINE Launch::Launch(const IndexTable& table, const Legion::Domain& domain, ProcKind kind,
                           const Machines& machines)
    : domain_(domain), kind_(kind), rank_(domain.get_dim()), places_(table.places())
{
  std::int64_t stride = 1;
  for (int d = rank_; d-- > 0;) {
    stride_[static_cast<std::size_t>(d)] = stride;
    origin_ -= domain.lo()[d] * stride;
    stride *= table.extents().raw(static_cast<std::size_t>(d)).value();
  }
  processors_.reserve(places_.size());
  for (const ProcessorId& id : places_)
    processors_.push_back(id.node < 0 ? Legion::Processor::NO_PROC
                                      : machines.processor(kind, id));
}

MAPC_INLINE std::vector<Legion::Mapping::Mapper::TaskSlice> Launch::slices(
    const Legion::Domain& part) const
{
  std::vector<Box> boxes;
  for (Legion::Domain::DomainPointIterator it(part); it; ++it) {
    Box box;
    for (int d = 0; d < rank_; ++d)
      box.lo[static_cast<std::size_t>(d)] = box.hi[static_cast<std::size_t>(d)] = it.p[d];
    box.processor = processor(it.p).id;
    // The first dimension is the iterator's fastest: most of what can be joined follows directly.
    if (boxes.empty() || !boxes.back().absorb(box, rank_, 0)) boxes.push_back(box);
  }
  join_boxes(boxes, rank_);

  std::vector<Legion::Mapping::Mapper::TaskSlice> result;
  result.reserve(boxes.size());
  for (const Box& box : boxes) {
    Legion::DomainPoint lo = part.lo();
    Legion::DomainPoint hi = lo;
    for (int d = 0; d < rank_; ++d) {
      lo[d] = box.lo[static_cast<std::size_t>(d)];
      hi[d] = box.hi[static_cast<std::size_t>(d)];
    }
    Legion::Processor processor;
    processor.id = box.processor;
    result.emplace_back(Legion::Domain(lo, hi), processor, false /*recurse*/, false /*stealable*/);
  }
  return result;
}

// --- sharding ------------------------------------------------------------------------------------

MAPC_INLINE PolicySharding::PolicySharding(Find find,
                                           const std::vector<Legion::Processor>& shards)
    : find_(std::move(find))
{
  for (std::size_t i = 0; i < shards.size(); ++i)
    by_node_[shards[i].address_space()].push_back(static_cast<Legion::ShardID>(i));
}

MAPC_INLINE Legion::ShardID PolicySharding::owner(ProcessorId place, std::size_t total) const
{
  const auto found = by_node_.find(static_cast<Legion::AddressSpace>(place.node));
  if (found == by_node_.end())  // no shard there: any owner will do, slicing moves the point
    return static_cast<Legion::ShardID>(static_cast<std::size_t>(place.node) % total);
  return found->second[static_cast<std::size_t>(place.index) % found->second.size()];
}

MAPC_INLINE const PolicySharding::Owners& PolicySharding::find(const Legion::Domain& domain,
                                                               std::size_t total)
{
  const std::lock_guard<std::mutex> guard(mutex_);
  const auto [entry, is_new] = owners_.try_emplace(domain);
  Owners& owners = entry->second;
  if (is_new) {
    owners.domain = domain;
    owners.launch = find_(domain);
    owners.shards.reserve(owners.launch->places().size());
    for (const ProcessorId& place : owners.launch->places())
      owners.shards.push_back(place.node < 0 ? 0 : owner(place, total));
  }
  last_.store(&owners, std::memory_order_release);
  return owners;
}

MAPC_INLINE void PolicySharding::invert(Legion::ShardID shard, const Legion::Domain& sharding,
                                        const Legion::Domain& launched, std::size_t total,
                                        std::vector<Legion::DomainPoint>& points)
{
  const Owners& owners = find(sharding, total);
  for (Legion::Domain::DomainPointIterator it(launched); it; ++it)
    if (owners.shards[owners.launch->number(it.p)] == shard) points.push_back(it.p);
}

}  // namespace mapc
