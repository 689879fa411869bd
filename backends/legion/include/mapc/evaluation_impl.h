// Definitions of evaluation.h.
#pragma once

#include "mapc/evaluation.h"

namespace mapc {

MAPC_INLINE Position& here()
{
  static thread_local Position position;
  return position;
}

MAPC_INLINE void mark(int line, int column) { here() = Position{line, column}; }

MAPC_INLINE void fail(const char* code, std::string message)
{
  throw EvaluationError(code, std::move(message));
}

MAPC_INLINE int& call_depth()
{
  static thread_local int depth = 0;
  return depth;
}

MAPC_INLINE Call::Call() : caller_(here())
{
  if (call_depth() >= kDeepest)
    fail("MAP355", "calls are nested more than " + std::to_string(kDeepest) + " deep");
  ++call_depth();
}

MAPC_INLINE Call::~Call()
{
  --call_depth();
  here() = caller_;
}

}  // namespace mapc
