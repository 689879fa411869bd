// A random program: arrays in random memories and layouts, and operations on them.
#pragma once

#include <cmath>

#include "operation.h"

namespace scramble {

/// What programs may hold.
struct Wishes {
  std::vector<Place> places;
  bool indirect = true;              // gathers and scatters
  bool framebuffer_sums = false;     // reductions into a framebuffer
  bool apart = false;                // GPUs do not reach each other's memory
  std::size_t most_points = 20'000;  // of an array
};

template <int N, class T>
class Planner {
 public:
  Planner(const Wishes& wishes, std::uint64_t seed) : wishes_(wishes), dice_(seed)
  {
    choose_favourite();
    choose_domain();
    const int fields = static_cast<int>(dice_.between(1, 5));
    for (int i = 0; i < fields; i++)
      fields_.push_back({static_cast<FieldID>(10 + i), &dice_.pick(kinds())});
    const int count = static_cast<int>(dice_.between(2, 6));
    for (int i = 0; i < count; i++) add_array();
    for (int i = 0; i < count; i++) begin(i);
    const std::size_t length = operations_.size() + dice_.between(4, 24);
    while (operations_.size() < length) add_operation();
  }
  std::vector<Array<N, T>>& arrays() { return arrays_; }
  const std::vector<Operation<N, T>>& operations() const { return operations_; }

 private:
  using Made = Operation<N, T>;
  static constexpr std::size_t kBuffer = 65'536;  // what Realm reserves for one step of a gather

  /// In some programs half of the arrays are in one framebuffer, and can be gathered from there.
  void choose_favourite()
  {
    if (!wishes_.indirect || !dice_.chance(1, 3)) return;
    const Place* place = &dice_.pick(wishes_.places);
    if (place->framebuffer) favourite_ = place;
  }

  /// A point that every array has, and how far the domain reaches from it. Many programs are small.
  void choose_domain()
  {
    const std::size_t most = wishes_.most_points >> dice_.below(12);
    const bool at_origin = favourite_ || dice_.chance(1, 2);
    double room = static_cast<double>(std::max<std::size_t>(most, 1));
    for (int d = 0; d < N; d++) {
      std::size_t edge = 1;
      while (std::pow(static_cast<double>(edge + 1), N - d) <= room) edge++;
      edge = dice_.between((edge + 1) / 2, N == 1 ? edge : edge * 2);
      room = std::max(room / static_cast<double>(edge), 1.0);
      domain_.lo[d] = at_origin ? 0 : static_cast<T>(dice_.between(-50, 50));
      domain_.hi[d] = domain_.lo[d] + static_cast<T>(edge) - 1;
    }
    common_ = random_point(domain_);
  }

  Point<N, T> random_point(const Rect<N, T>& box)
  {
    Point<N, T> point;
    for (int d = 0; d < N; d++) point[d] = static_cast<T>(dice_.between(box.lo[d], box.hi[d]));
    return point;
  }
  Rect<N, T> random_box(const Rect<N, T>& inside)
  {
    const Point<N, T> a = random_point(inside), b = random_point(inside);
    Rect<N, T> box;
    for (int d = 0; d < N; d++) {
      box.lo[d] = std::min(a[d], b[d]);
      box.hi[d] = std::max(a[d], b[d]);
      if (dice_.chance(1, 3)) box.lo[d] = inside.lo[d];
      if (dice_.chance(1, 3)) box.hi[d] = inside.hi[d];
    }
    return box;
  }

  /// One box, or what is left of one when it is halved again and again and halves are lost.
  std::vector<Rect<N, T>> random_boxes(const Rect<N, T>& inside)
  {
    const Rect<N, T> whole = dice_.chance(1, 3) ? inside : random_box(inside);
    std::vector<Rect<N, T>> boxes;
    if (dice_.chance(1, 4)) halve(whole, static_cast<int>(dice_.between(1, 6)), boxes);
    if (boxes.empty()) boxes.push_back(whole);
    return boxes;
  }
  void halve(const Rect<N, T>& box, int times, std::vector<Rect<N, T>>& boxes)
  {
    const int d = static_cast<int>(dice_.below(N));
    if (times == 0 || box.lo[d] == box.hi[d]) {
      if (dice_.chance(2, 3)) boxes.push_back(box);
      return;
    }
    Rect<N, T> lower = box, upper = box;
    upper.lo[d] = static_cast<T>(dice_.between(box.lo[d] + 1, box.hi[d]));
    lower.hi[d] = upper.lo[d] - 1;
    halve(lower, times - 1, boxes);
    halve(upper, times - 1, boxes);
  }

  void add_array()
  {
    Array<N, T> array;
    array.number = static_cast<int>(arrays_.size());
    const bool favoured = favourite_ && dice_.chance(2, 3);
    array.place = favoured ? favourite_ : &dice_.pick(wishes_.places);
    array.bounds = dice_.chance(1, 3) ? domain_ : random_box(domain_);
    array.bounds = array.bounds.union_bbox(Rect<N, T>(common_, common_));
    if (favoured && dice_.chance(2, 3)) array.bounds.lo = domain_.lo;
    for (const Field& field : fields_)
      if (dice_.chance(3, 4)) array.fields.push_back(field);
    if (array.fields.empty()) array.fields.push_back(dice_.pick(fields_));
    array.layout = random_layout(array.bounds, array.sizes(), dice_, favoured);
    for (const Field& field : array.fields) {
      array.content[field.id].resize(array.bounds.volume() * field.kind->size);
      array.writer[field.id].assign(array.bounds.volume(), -1);
    }
    arrays_.push_back(std::move(array));
  }

  Made& add(Made made)
  {
    made.number = static_cast<int>(operations_.size());
    made.seed = dice_.bits();
    operations_.push_back(std::move(made));
    return operations_.back();
  }
  void fill(Made& made)
  {
    made.act = Act::FILL;
    for (const auto& [from, to] : made.fields) {
      made.values.emplace_back(to.kind->size);
      roll(*to.kind, dice_, made.values.back().data());
      if (dice_.chance(1, 4)) std::fill(made.values.back().begin(), made.values.back().end(), 0);
    }
  }

  /// Realm cannot fill in a framebuffer where fields do not begin at multiples of their size: it
  /// cuts the distance between elements down to such a multiple.
  static bool fills(const Array<N, T>& array)
  {
    return !(array.place->framebuffer && array.layout.packed);
  }

  /// Gives every element of an array a first value.
  void begin(int number)
  {
    Made made;
    made.act = Act::WRITE;
    made.to = number;
    made.boxes = {arrays_[number].bounds};
    for (const Field& field : arrays_[number].fields) made.fields.push_back({field, field});
    if (dice_.chance(1, 5) && fills(arrays_[number])) fill(made);
    add(std::move(made));
  }

  void add_operation()
  {
    Made made;
    made.to = static_cast<int>(dice_.below(arrays_.size()));
    const std::size_t act = dice_.below(10);
    bool planned = true;
    if (act < 2) {
      for (const Field& field : some(arrays_[made.to].fields))
        made.fields.push_back({field, field});
      made.boxes = random_boxes(arrays_[made.to].bounds);
      if (dice_.chance(1, 4) || !fills(arrays_[made.to]))
        made.act = Act::WRITE;
      else
        fill(made);
    } else if (act < 6) {
      planned = plan_move(made, Act::COPY);
    } else if (act < 8) {
      planned = plan_move(made, Act::REDUCE);
    } else {
      planned = wishes_.indirect && plan_indirect(made);
    }
    if (planned) add(std::move(made));
  }

  std::vector<Field> some(std::vector<Field> fields)
  {
    dice_.shuffle(fields);
    fields.resize(dice_.between(1, static_cast<long long>(fields.size())));
    return fields;
  }

  /// A copy or a reduction; the same array can be both sides of it, with different fields.
  bool plan_move(Made& made, Act act)
  {
    made.act = act;
    made.from = static_cast<int>(dice_.below(arrays_.size()));
    const Array<N, T>& from = arrays_[made.from];
    const Array<N, T>& to = arrays_[made.to];
    const bool sum = act == Act::REDUCE;
    if (sum && to.place->framebuffer && !sums_on_gpu(from)) return false;
    if (sum && (from.layout.packed || to.layout.packed)) return false;
    for (const Field& sink : some(to.fields)) {
      const Field source = source_for(sink, from, sum, made.from == made.to);
      if (!source.kind) continue;
      made.fields.push_back({source, sink});
      if (made.from == made.to) break;
    }
    if (made.fields.empty()) return false;
    made.boxes = random_boxes(from.bounds.intersection(to.bounds));
    made.fold = dice_.chance(1, 3);
    made.exclusive = dice_.chance(1, 2);
    return true;
  }

  /// Realm takes zero-copy memory for the first GPU's, and no other GPU adds from there when apart.
  bool sums_on_gpu(const Array<N, T>& from) const
  {
    return wishes_.framebuffer_sums && !(wishes_.apart && from.place->zero_copy);
  }

  /// A field of `from` with elements like those of `sink`; without kind if there is none.
  Field source_for(const Field& sink, const Array<N, T>& from, bool same_kind, bool not_itself)
  {
    if (!not_itself && from.has(sink.id) && dice_.chance(3, 4)) return sink;
    std::vector<Field> fitting;
    for (const Field& field : from.fields)
      if (same_kind ? field.kind == sink.kind : field.kind->size == sink.kind->size)
        if (!not_itself || field.id != sink.id) fitting.push_back(field);
    return fitting.empty() ? Field() : dice_.pick(fitting);
  }

  /// GPUs gather and scatter only where Realm's assumptions hold: nothing is interleaved, X goes
  /// fastest, the array that pointers lead into begins at the origin, and the other one is meant as
  /// a whole; elsewhere Realm asks the driver to move the wrong elements. And what goes through an
  /// intermediate buffer must fit into it, or Realm waits for ever.
  static bool gathers_on_gpu(const Made& made, const Array<N, T>& far, const Array<N, T>& direct)
  {
    const bool at_once = far.place == direct.place && far.place == made.pointer_place;
    std::size_t largest = sizeof(Point<N, T>);
    for (const Field& field : direct.fields) largest = std::max(largest, field.kind->size);
    return far.layout.plain && direct.layout.plain && far.bounds.lo == Point<N, T>::ZEROES() &&
           (at_once || direct.bounds.volume() * largest <= kBuffer);
  }

  /// A gather or a scatter: the other side of array `to` is found through pointers. In one
  /// dimension that side is not interleaved: Realm divides by zero there, or overruns a list,
  /// without any GPU.
  bool plan_indirect(Made& made)
  {
    made.act = dice_.chance(1, 2) ? Act::GATHER : Act::SCATTER;
    const int direct = made.to;
    const int other = static_cast<int>(dice_.below(arrays_.size()));
    if (other == direct) return false;
    const Array<N, T>& far = arrays_[other];
    const Array<N, T>& near = arrays_[direct];
    made.pointer_place = &dice_.pick(wishes_.places);
    const bool on_gpu =
        far.place->framebuffer || near.place->framebuffer || made.pointer_place->framebuffer;
    if (on_gpu && !gathers_on_gpu(made, far, near)) return false;
    for (const Field& field : some(near.fields))
      if (far.has(field.id) && (N > 1 || far.layout.alone.count(field.id)))
        made.fields.push_back({field, field});
    if (made.fields.empty()) return false;
    made.boxes = on_gpu ? std::vector<Rect<N, T>>{near.bounds} : random_boxes(near.bounds);
    made.targets.push_back({other, far.bounds});
    if (dice_.chance(1, 3)) made.targets[0].box = random_box(far.bounds);
    if (made.act == Act::SCATTER) {
      made.to = -1;
      made.from = direct;
    }
    if (!choose_pointers(made)) return false;
    made.pointer_layout =
        random_layout(made.hull(), Sizes{{1, {sizeof(Point<N, T>), alignof(T)}}}, dice_, on_gpu);
    return true;
  }

  /// No two pointers of a scatter lead to the same place. None leads out of the target: Realm fails
  /// an assertion at such pointers, or moves wrong elements, without any GPU.
  bool choose_pointers(Made& made)
  {
    const Rect<N, T> box = made.targets[0].box;
    std::vector<Point<N, T>> places;
    for (PointInRectIterator<N, T> at(box); at.valid; at.step()) places.push_back(at.p);
    if (made.act == Act::SCATTER && places.size() < made.volume()) return false;
    dice_.shuffle(places);
    for (std::size_t i = 0; i < made.volume(); i++)
      made.pointers.push_back(made.act == Act::SCATTER ? places[i] : dice_.pick(places));
    return true;
  }

  const Wishes& wishes_;
  Dice dice_;
  const Place* favourite_ = nullptr;
  Rect<N, T> domain_;
  Point<N, T> common_;
  std::vector<Field> fields_;
  std::vector<Array<N, T>> arrays_;
  std::vector<Operation<N, T>> operations_;
};

}  // namespace scramble
