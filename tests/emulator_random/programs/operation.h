// One operation of a program, and what it does to the contents of arrays.
#pragma once

#include <algorithm>

#include "arrays.h"

namespace scramble {

enum class Act { WRITE, FILL, COPY, REDUCE, GATHER, SCATTER };

inline const char* name_of(Act act)
{
  static const char* names[] = {"write", "fill", "copy", "reduce", "gather", "scatter"};
  return names[static_cast<int>(act)];
}

/// Pointers lead into boxes of arrays that have no point in common.
template <int N, class T>
struct Target {
  int array;
  Rect<N, T> box;
};

template <int N, class T>
struct Operation {
  Act act = Act::FILL;
  int number = 0;
  std::uint64_t seed = 0;  // of what a write writes, and of how its way there looks
  int from = -1, to = -1;  // arrays; -1 where there is none, or targets instead
  std::vector<std::pair<Field, Field>> fields;  // from, to
  std::vector<Rect<N, T>> boxes;                // no two overlap
  bool exclusive = false, fold = false;         // of a reduction
  std::vector<std::vector<Byte>> values;        // of a fill, one a field
  std::vector<Target<N, T>> targets;            // of a gather or a scatter
  std::vector<Point<N, T>> pointers;            // in the order in which `each_point` goes
  const Place* pointer_place = nullptr;
  Layout pointer_layout;

  bool indirect() const { return act == Act::GATHER || act == Act::SCATTER; }
  Rect<N, T> hull() const
  {
    Rect<N, T> hull = boxes[0];
    for (const auto& box : boxes) hull = hull.union_bbox(box);
    return hull;
  }
  std::size_t volume() const
  {
    std::size_t volume = 0;
    for (const auto& box : boxes) volume += box.volume();
    return volume;
  }
  std::vector<int> reads() const { return arrays(from, act == Act::GATHER); }
  std::vector<int> writes() const { return arrays(to, act == Act::SCATTER); }

  template <class Visit>
  void each_point(Visit visit) const
  {
    for (const auto& box : boxes)
      for (PointInRectIterator<N, T> at(box); at.valid; at.step()) visit(at.p);
  }
  std::string text(const std::vector<Array<N, T>>& arrays) const;

 private:
  std::vector<int> arrays(int direct, bool use_targets) const
  {
    std::vector<int> found;
    if (direct >= 0) found.push_back(direct);
    if (use_targets)
      for (const auto& target : targets) found.push_back(target.array);
    return found;
  }
};

template <int N, class T>
std::string Operation<N, T>::text(const std::vector<Array<N, T>>& arrays) const
{
  std::ostringstream text;
  text << "operation " << number << ": " << name_of(act);
  if (act == Act::REDUCE)
    text << (fold ? " (fold" : " (apply") << (exclusive ? ", exclusive)" : ")");
  text << " of fields";
  for (const auto& [source, sink] : fields) text << ' ' << source.id << "->" << sink.id;
  text << " over";
  for (std::size_t i = 0; i < boxes.size() && i < 6; i++) text << ' ' << boxes[i];
  if (boxes.size() > 6) text << " and " << boxes.size() - 6 << " more boxes";
  if (indirect()) {
    text << ", pointers in " << pointer_place->name << " (" << pointer_layout.text << ") into";
    for (const auto& target : targets) text << " array " << target.array << ' ' << target.box;
  }
  for (int read : reads()) text << "\n    from " << arrays[read].text();
  for (int written : writes()) text << "\n    to " << arrays[written].text();
  return text.str();
}

/// Does to the contents what the operation is to do to the instances.
template <int N, class T>
void apply(const Operation<N, T>& operation, std::vector<Array<N, T>>& arrays)
{
  Dice dice(operation.seed);
  auto sink = [&](Array<N, T>& array, const Point<N, T>& point, const Field& field) {
    array.writer[field.id][array.index(point)] = operation.number;
    return array.element(point, field);
  };
  auto target_of = [&](const Point<N, T>& point) -> Array<N, T>* {
    for (const auto& target : operation.targets)
      if (target.box.contains(point)) return &arrays[target.array];
    return nullptr;
  };
  for (std::size_t f = 0; f < operation.fields.size(); f++) {
    const auto& [from, to] = operation.fields[f];
    const std::size_t size = to.kind->size;
    std::size_t next = 0;
    operation.each_point([&, from = from, to = to](const Point<N, T>& point) {
      switch (operation.act) {
        case Act::WRITE:
          roll(*to.kind, dice, sink(arrays[operation.to], point, to));
          break;
        case Act::FILL:
          std::memcpy(sink(arrays[operation.to], point, to), operation.values[f].data(), size);
          break;
        case Act::COPY:
          std::memcpy(sink(arrays[operation.to], point, to),
                      arrays[operation.from].element(point, from), size);
          break;
        case Act::REDUCE:
          to.kind->add(sink(arrays[operation.to], point, to),
                       arrays[operation.from].element(point, from));
          break;
        case Act::GATHER: {
          const Point<N, T> place = operation.pointers[next++];
          if (Array<N, T>* target = target_of(place))
            std::memcpy(sink(arrays[operation.to], point, to), target->element(place, from), size);
          break;
        }
        case Act::SCATTER: {
          const Point<N, T> place = operation.pointers[next++];
          if (Array<N, T>* target = target_of(place))
            std::memcpy(sink(*target, place, to), arrays[operation.from].element(point, from),
                        size);
          break;
        }
      }
    });
  }
}

}  // namespace scramble
