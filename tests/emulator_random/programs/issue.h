// Operations as calls of Realm: none is waited for; events keep them in order where it matters.
#pragma once

#include "operation.h"

namespace scramble {

const Realm::ProfilingRequestSet kQuiet;
constexpr FieldID kPointer = 1;

/// Instances in the host's memory, for what goes in and what comes out.
template <int N, class T>
RegionInstance make_instance(Realm::Memory memory, const Layout& layout)
{
  RegionInstance made;
  RegionInstance::create_instance(made, memory, *layout.made, kQuiet).wait();
  return made;
}

template <int N, class T>
class Issuer {
 public:
  using Made = Operation<N, T>;

  Issuer(std::vector<Array<N, T>>& arrays, Realm::Memory host) : arrays_(arrays), host_(host)
  {
    for (auto& array : arrays_)
      array.instance = make_instance<N, T>(array.place->memory, array.layout);
  }

  ~Issuer()
  {
    std::vector<Event> left;
    for (auto& array : arrays_) {
      left.push_back(array.written);
      left.insert(left.end(), array.readers.begin(), array.readers.end());
    }
    Event::merge_events(left).wait();
    for (auto& array : arrays_) array.instance.destroy();
  }

  void issue(const Made& made)
  {
    std::vector<Event> before;
    for (int read : made.reads()) before.push_back(arrays_[read].written);
    for (int written : made.writes()) {
      before.push_back(arrays_[written].written);
      for (Event reader : arrays_[written].readers) before.push_back(reader);
    }
    IndexSpace<N, T> space = made.boxes.size() == 1 ? IndexSpace<N, T>(made.boxes[0])
                                                    : IndexSpace<N, T>(made.boxes, true);
    const Event done = start(made, space, Event::merge_events(before));
    if (!space.dense()) space.destroy(done);
    for (int read : made.reads()) arrays_[read].readers.push_back(done);
    for (int written : made.writes()) {
      arrays_[written].written = done;
      arrays_[written].readers.clear();
    }
  }

  /// Copies a whole array to a new instance of the host, waits for that, and returns the instance.
  RegionInstance fetch(Array<N, T>& array, Dice& dice)
  {
    const Layout layout = random_layout(array.bounds, array.sizes(), dice);
    RegionInstance fetched = make_instance<N, T>(host_, layout);
    std::vector<Realm::CopySrcDstField> from, to;
    for (const Field& field : array.fields) {
      add(from, array.instance, field);
      add(to, fetched, field);
    }
    IndexSpace<N, T>(array.bounds).copy(from, to, kQuiet, array.written).wait();
    return fetched;
  }

 private:
  using Sides = std::vector<Realm::CopySrcDstField>;

  static void add(Sides& side, RegionInstance instance, const Field& field)
  {
    side.emplace_back();
    side.back().set_field(instance, field.id, field.kind->size);
  }

  Event start(const Made& made, const IndexSpace<N, T>& space, Event before)
  {
    switch (made.act) {
      case Act::WRITE:
        return write(made, space, before);
      case Act::GATHER:
      case Act::SCATTER:
        return move_through_pointers(made, space, before);
      default:
        break;
    }
    Sides from, to;
    for (std::size_t f = 0; f < made.fields.size(); f++) {
      const auto& [source, sink] = made.fields[f];
      add(to, arrays_[made.to].instance, sink);
      if (made.act == Act::FILL) {
        from.emplace_back();
        from.back().set_fill(made.values[f].data(), made.values[f].size());
      } else {
        add(from, arrays_[made.from].instance, source);
      }
      if (made.act == Act::REDUCE)
        to.back().set_redop(sum_of(*sink.kind), made.fold, made.exclusive);
    }
    return space.copy(from, to, kQuiet, before);
  }

  /// Lets the host write what the contents say, and copies it from there.
  Event write(const Made& made, const IndexSpace<N, T>& space, Event before)
  {
    Array<N, T>& array = arrays_[made.to];
    Dice dice(made.seed);
    Sizes sizes;
    for (const auto& [from, to] : made.fields) sizes[to.id] = {to.kind->size, to.kind->alignment};
    const Layout layout = random_layout(made.hull(), sizes, dice);
    RegionInstance staging = make_instance<N, T>(host_, layout);
    const HostView<N, T> view(staging);
    Sides from, to;
    for (const auto& field : made.fields) {
      made.each_point([&, &sink = field.second](const Point<N, T>& point) {
        std::memcpy(view.at(point, sink.id), array.element(point, sink), sink.kind->size);
      });
      add(from, staging, field.second);
      add(to, array.instance, field.second);
    }
    const Event done = space.copy(from, to, kQuiet, before);
    staging.destroy(done);
    return done;
  }

  Event move_through_pointers(const Made& made, const IndexSpace<N, T>& space, Event before)
  {
    Event ready = Event::NO_EVENT;
    const RegionInstance pointers = place_pointers(made, space, ready);
    std::vector<IndexSpace<N, T>> spaces;
    std::vector<RegionInstance> instances;
    for (const auto& target : made.targets) {
      spaces.emplace_back(target.box);
      instances.push_back(arrays_[target.array].instance);
    }
    const bool aliasing = made.act == Act::GATHER;
    typename Realm::CopyIndirection<N, T>::template Unstructured<N, T> indirection(
        pointers, spaces, instances, kPointer, 0, false, false, aliasing);
    indirection.next_indirection = nullptr;
    Sides direct, indirect;
    for (const auto& [from, to] : made.fields) {
      add(direct, arrays_[aliasing ? made.to : made.from].instance, aliasing ? to : from);
      indirect.emplace_back();
      indirect.back().set_indirect(0, (aliasing ? from : to).id, from.kind->size);
    }
    const Event done = space.copy(aliasing ? indirect : direct, aliasing ? direct : indirect,
                                  {&indirection}, kQuiet, Event::merge_events(before, ready));
    pointers.destroy(done);
    return done;
  }

  RegionInstance place_pointers(const Made& made, const IndexSpace<N, T>& space, Event& ready)
  {
    Dice dice(made.seed);
    const std::size_t size = sizeof(Point<N, T>);
    const Layout layout = random_layout(made.hull(), Sizes{{kPointer, {size, alignof(T)}}}, dice);
    RegionInstance staging = make_instance<N, T>(host_, layout);
    const HostView<N, T> view(staging);
    std::size_t next = 0;
    made.each_point([&](const Point<N, T>& point) {
      std::memcpy(view.at(point, kPointer), &made.pointers[next++], size);
    });
    RegionInstance placed = make_instance<N, T>(made.pointer_place->memory, made.pointer_layout);
    Sides from(1), to(1);
    from[0].set_field(staging, kPointer, size);
    to[0].set_field(placed, kPointer, size);
    ready = space.copy(from, to, kQuiet);
    staging.destroy(ready);
    return placed;
  }

  std::vector<Array<N, T>>& arrays_;
  Realm::Memory host_;
};

}  // namespace scramble
