// Arrays: an instance in some memory, and beside it what it has to hold.
#pragma once

#include <realm.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "kinds.h"
#include "places.h"

namespace scramble {

using Realm::Event;
using Realm::FieldID;
using Realm::IndexSpace;
using Realm::Point;
using Realm::PointInRectIterator;
using Realm::Rect;
using Realm::RegionInstance;

/// A layout in Realm's terms, and in words.
struct Layout {
  std::unique_ptr<Realm::InstanceLayoutGeneric> made;
  std::string text;
  bool packed = false;      // elements may lie where no word of the machine begins
  std::set<FieldID> alone;  // fields that lie apart from all others
  bool plain = false;       // one piece, X goes fastest, then Y, then Z; all fields alone
};

/// How many bytes the fields of a layout have.
using Sizes = std::map<FieldID, std::pair<std::size_t, std::size_t>>;  // size, alignment

template <int N, class T>
Layout random_layout(const Rect<N, T>& bounds, const Sizes& sizes, Dice& dice, bool plain = false)
{
  Layout layout;
  plain = dice.chance(1, 4) || plain;
  layout.packed = !plain && dice.chance(1, 8);
  std::vector<Realm::InstanceLayoutConstraints::FieldInfo> fields;
  for (const auto& [field, size] : sizes)
    fields.push_back({field, false, 0, size.first, layout.packed ? 1 : size.second});
  dice.shuffle(fields);
  Realm::InstanceLayoutConstraints constraints;
  // Each field alone, all together, or by chance.
  const std::size_t form = plain ? 0 : dice.below(3);
  for (const auto& field : fields) {
    const bool alone = form == 0 || (form == 2 && dice.chance(1, 2));
    if (alone || constraints.field_groups.empty()) constraints.field_groups.emplace_back();
    constraints.field_groups.back().push_back(field);
  }

  for (const auto& group : constraints.field_groups)
    if (group.size() == 1) layout.alone.insert(group[0].field_id);

  std::vector<int> order;
  for (int d = 0; d < N; d++) order.push_back(d);
  if (!plain) dice.shuffle(order);
  std::vector<Rect<N, T>> pieces = {bounds};
  while (!plain && pieces.size() < 3 && dice.chance(1, 6)) {
    Rect<N, T> upper = pieces.back();
    const int d = static_cast<int>(dice.below(N));
    if (upper.lo[d] == upper.hi[d]) continue;
    upper.lo[d] = static_cast<T>(dice.between(upper.lo[d] + 1, upper.hi[d]));
    pieces.back().hi[d] = upper.lo[d] - 1;
    pieces.push_back(upper);
  }
  layout.plain = !layout.packed && pieces.size() == 1 &&
                 std::is_sorted(order.begin(), order.end()) && layout.alone.size() == fields.size();
  layout.made.reset(Realm::InstanceLayoutGeneric::choose_instance_layout<N, T>(
      IndexSpace<N, T>(bounds), pieces, constraints, order.data()));

  std::ostringstream text;
  text << (layout.packed ? "packed" : "aligned") << ", groups";
  for (const auto& group : constraints.field_groups) {
    text << ' ';
    for (const auto& field : group) text << (&field == &group[0] ? "" : "+") << field.field_id;
  }
  text << ", order";
  for (int d : order) text << ' ' << "XYZ"[d];
  if (pieces.size() > 1) {
    text << ", pieces";
    for (const auto& piece : pieces) text << ' ' << piece;
  }
  layout.text = text.str();
  return layout;
}

/// Where the elements of an instance are that the host can reach.
template <int N, class T>
class HostView {
 public:
  explicit HostView(RegionInstance instance)
      : layout_(static_cast<const Realm::InstanceLayout<N, T>*>(instance.get_layout())),
        base_(static_cast<Byte*>(instance.pointer_untyped(0, layout_->bytes_used)))
  {
  }
  Byte* at(const Point<N, T>& point, FieldID field) const
  {
    return base_ + layout_->calculate_offset(point, field);
  }

 private:
  const Realm::InstanceLayout<N, T>* layout_;
  Byte* base_;
};

/// Field `number` of a program; fields have the ids 10, 11, ...
struct Field {
  FieldID id = 0;
  const Kind* kind = nullptr;
};

template <int N, class T>
struct Array {
  int number = 0;
  const Place* place = nullptr;
  Rect<N, T> bounds;
  std::vector<Field> fields;
  Layout layout;
  RegionInstance instance;
  // What is under way.
  Event written = Event::NO_EVENT;
  std::vector<Event> readers;
  // What it has to hold, first dimension fastest, and which operation wrote it there.
  std::map<FieldID, std::vector<Byte>> content;
  std::map<FieldID, std::vector<int>> writer;

  std::size_t index(const Point<N, T>& point) const
  {
    std::size_t found = 0;
    for (int d = N - 1; d >= 0; d--)
      found = found * (bounds.hi[d] - bounds.lo[d] + 1) + (point[d] - bounds.lo[d]);
    return found;
  }
  Byte* element(const Point<N, T>& point, const Field& field)
  {
    return &content[field.id][index(point) * field.kind->size];
  }
  Sizes sizes() const
  {
    Sizes sizes;
    for (const Field& field : fields) sizes[field.id] = {field.kind->size, field.kind->alignment};
    return sizes;
  }
  bool has(FieldID id) const { return content.count(id) != 0; }
  std::string text() const
  {
    std::ostringstream text;
    text << "array " << number << ": " << place->name << ", bounds " << bounds << ", fields";
    for (const Field& field : fields) text << ' ' << field.id << ':' << field.kind->name;
    text << ", " << layout.text;
    return text.str();
  }
};

}  // namespace scramble
