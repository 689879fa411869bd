// What the unit tests of the support header share.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

#include "mapc/evaluation.h"

/// Ends the program with the place of a condition that does not hold.
#define CHECK(...)                                                            \
  do {                                                                        \
    if (!(__VA_ARGS__)) {                                                     \
      std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #__VA_ARGS__);  \
      std::exit(1);                                                           \
    }                                                                         \
  } while (false)

/// The code with which an evaluation fails; empty if it does not.
template <class Function>
std::string code_of(Function function)
{
  try {
    function();
  } catch (const mapc::EvaluationError& error) {
    return error.code();
  }
  return "";
}

#define FAILS(code, ...) CHECK(code_of([&] { (void)(__VA_ARGS__); }) == code)
