// What every evaluation of a placement function shares: the current position in the policy, and
// the failure that carries it. Does not need Legion.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "mapc/inline.h"

namespace mapc {

/// A place in the policy, counted from 1; line 0 is "nowhere".
struct Position {
  int line = 0;
  int column = 0;
};

/// The statement being evaluated on this thread; generated functions set it with `mark`.
Position& here();

/// Marks the statement that is evaluated from here on.
void mark(int line, int column);

/// A failure the language defines: a stable code, a message, and the statement it happened in.
class EvaluationError : public std::exception {
 public:
  EvaluationError(const char* code, std::string message)
      : code_(code), message_(std::move(message)), where_(here())
  {}

  const char* what() const noexcept override { return message_.c_str(); }
  const char* code() const noexcept { return code_; }
  const std::string& message() const noexcept { return message_; }
  Position where() const noexcept { return where_; }

 private:
  const char* code_;
  std::string message_;
  Position where_;
};

/// Ends the evaluation with one of the language's codes.
[[noreturn]] void fail(const char* code, std::string message);

/// One call of a policy function: bounds the depth, and restores the caller's position at the end.
class Call {
 public:
  static constexpr int kDeepest = 1000;

  Call();
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

 private:
  Position caller_;
};

}  // namespace mapc

#ifndef MAPC_PREBUILT
#include "mapc/evaluation_impl.h"
#endif
