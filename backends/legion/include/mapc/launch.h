// The processors of index launches, as sharding, slicing and mapping share them. Needs Legion.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "mapc/config.h"
#include "mapc/machines.h"
#include "mapc/program.h"

namespace mapc {

Tuple to_tuple(const Legion::DomainPoint& point);
/// `hi - lo + 1` of the bounding box; 0 where it is empty.
Tuple extents_of(const Legion::Domain& domain);

/// What Domain's `==` says, without its loop for the usual ranks.
inline bool same_domain(const Legion::Domain& a, const Legion::Domain& b)
{
  if (a.is_id != b.is_id || a.dim != b.dim) return false;
  const auto* const p = a.rect_data;
  const auto* const q = b.rect_data;
  switch (a.dim) {
    case 3:
      if (p[5] != q[5] || p[4] != q[4]) return false;
      [[fallthrough]];
    case 2:
      if (p[3] != q[3] || p[2] != q[2]) return false;
      [[fallthrough]];
    case 1: return p[1] == q[1] && p[0] == q[0];
    default: return a == b;
  }
}

/// The processor of every point of one launch domain.
class Launch {
 public:
  Launch(const IndexTable& table, const Legion::Domain& domain, ProcKind kind,
         const Machines& machines);

  ProcKind kind() const { return kind_; }
  const Legion::Domain& domain() const { return domain_; }

  /// The number of a point of the domain, in row-major order of the bounding box.
  std::size_t number(const Legion::DomainPoint& point) const
  {
    std::int64_t result = origin_;
    switch (rank_) {  // unrolled: sharding asks for every point
      case 3: result += point.point_data[2] * stride_[2]; [[fallthrough]];
      case 2: result += point.point_data[1] * stride_[1]; [[fallthrough]];
      case 1: result += point.point_data[0] * stride_[0]; break;
      default:
        for (int d = 0; d < rank_; ++d) result += point.point_data[d] * stride_[d];
    }
    return static_cast<std::size_t>(result);
  }
  ProcessorId at(const Legion::DomainPoint& point) const { return places_[number(point)]; }
  Legion::Processor processor(const Legion::DomainPoint& point) const
  {
    return processors_[number(point)];
  }
  const std::vector<ProcessorId>& places() const { return places_; }

  /// Slices for a part of the domain: points in a box that go to one processor share one.
  std::vector<Legion::Mapping::Mapper::TaskSlice> slices(const Legion::Domain& part) const;

 private:
  Legion::Domain domain_;
  ProcKind kind_;
  int rank_;
  std::int64_t origin_ = 0;
  std::array<std::int64_t, LEGION_MAX_DIM> stride_{};
  std::vector<ProcessorId> places_;
  std::vector<Legion::Processor> processors_;  // NO_PROC where the domain has no point
};

/// Gives each point of an index launch to a shard on the node that the policy chose. Thread-safe.
class PolicySharding : public Legion::ShardingFunctor {
 public:
  using Find = std::function<std::shared_ptr<const Launch>(const Legion::Domain&)>;

  /// `find` makes the table of a launch domain; `shards` are the processors of the shards.
  PolicySharding(Find find, const std::vector<Legion::Processor>& shards);

  using ShardingFunctor::invert;
  using ShardingFunctor::shard;
  Legion::ShardID shard(const Legion::DomainPoint& point, const Legion::Domain& domain,
                        std::size_t total) override
  {
    const Owners* owners = last_.load(std::memory_order_acquire);
    if (owners == nullptr || !same_domain(owners->domain, domain)) owners = &find(domain, total);
    return owners->shards[owners->launch->number(point)];
  }
  bool is_invertible() const override { return true; }
  void invert(Legion::ShardID shard, const Legion::Domain& sharding, const Legion::Domain& launched,
              std::size_t total, std::vector<Legion::DomainPoint>& points) override;

 private:
  /// The shard of every point of a launch.
  struct Owners {
    Legion::Domain domain;
    std::shared_ptr<const Launch> launch;
    std::vector<Legion::ShardID> shards;
  };

  const Owners& find(const Legion::Domain& domain, std::size_t total);
  Legion::ShardID owner(ProcessorId place, std::size_t total) const;

  const Find find_;
  std::map<Legion::AddressSpace, std::vector<Legion::ShardID>> by_node_;
  std::atomic<const Owners*> last_{nullptr};
  std::mutex mutex_;
  std::map<Legion::Domain, Owners> owners_;  // never shrinks: `shard` reads without the lock
};

}  // namespace mapc
