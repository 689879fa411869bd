// The kinds of elements: how large they are, random values of them, and their sums.
#pragma once

#include <realm.h>

#include <cstring>
#include <string>
#include <vector>

#include "dice.h"

namespace scramble {

using Byte = unsigned char;

struct Complex {
  double real, imaginary;
};
inline Complex operator+(const Complex& a, const Complex& b)
{
  return {a.real + b.real, a.imaginary + b.imaginary};
}

/// An element that no machine word holds, as a point of three coordinates.
struct Triple {
  std::uint64_t x, y, z;
};
inline Triple operator+(const Triple& a, const Triple& b)
{
  return {a.x + b.x, a.y + b.y, a.z + b.z};
}

/// An element of an odd number of bytes.
struct Pixel {
  std::uint8_t red, green, blue;
};
inline Pixel operator+(const Pixel& a, const Pixel& b)
{
  auto sum = [](int x, int y) { return static_cast<std::uint8_t>(x + y); };
  return {sum(a.red, b.red), sum(a.green, b.green), sum(a.blue, b.blue)};
}

template <class Value>
struct Sum {
  using LHS = Value;
  using RHS = Value;
  static constexpr Value identity{};

  template <bool>
  static void apply(Value& sum, Value more)
  {
    sum = static_cast<Value>(sum + more);
  }
  template <bool EXCLUSIVE>
  static void fold(Value& sum, Value more)
  {
    apply<EXCLUSIVE>(sum, more);
  }
};

/// What is known of one kind of element.
struct Kind {
  const char* name;
  std::size_t size;
  std::size_t alignment;
  std::size_t scalar;  // bytes of what one random number fills
  bool floating;
  void (*add)(Byte* sum, const Byte* more);
  bool (*register_sum)(Realm::Runtime& runtime, Realm::ReductionOpID id);
};

template <class Value>
Kind make_kind(const char* name, std::size_t scalar, bool floating)
{
  return {name,
          sizeof(Value),
          alignof(Value),
          scalar,
          floating,
          [](Byte* sum, const Byte* more) {
            Value to, from;
            std::memcpy(&to, sum, sizeof to);
            std::memcpy(&from, more, sizeof from);
            Sum<Value>::template apply<true>(to, from);
            std::memcpy(sum, &to, sizeof to);
          },
          [](Realm::Runtime& runtime, Realm::ReductionOpID id) {
            return runtime.register_reduction<Sum<Value>>(id);
          }};
}

inline const std::vector<Kind>& kinds()
{
  static const std::vector<Kind> all = {
      make_kind<std::uint8_t>("char", 1, false), make_kind<std::uint16_t>("short", 2, false),
      make_kind<std::uint32_t>("int", 4, false), make_kind<float>("float", 4, true),
      make_kind<double>("double", 8, true),      make_kind<Complex>("complex", 8, true),
      make_kind<Triple>("triple", 8, false),     make_kind<Pixel>("pixel", 1, false),
  };
  return all;
}

/// Sums have the numbers 1, 2, ... in the order of the kinds.
inline Realm::ReductionOpID sum_of(const Kind& kind)
{
  return static_cast<Realm::ReductionOpID>(&kind - kinds().data()) + 1;
}

/// Writes a random element. Floating ones are whole numbers, so that no sum depends on its order.
inline void roll(const Kind& kind, Dice& dice, Byte* element)
{
  for (std::size_t at = 0; at < kind.size; at += kind.scalar) {
    const std::uint64_t whole = dice.bits();
    const double number = static_cast<double>(whole % 2001) - 1000;
    const float narrow = static_cast<float>(number);
    const void* value = &whole;
    if (kind.floating) value = kind.scalar == 4 ? static_cast<const void*>(&narrow) : &number;
    std::memcpy(element + at, value, kind.scalar);
  }
}

}  // namespace scramble
