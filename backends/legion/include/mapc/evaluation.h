// What every evaluation of a placement function shares: the current position in the policy, and
// the failure that carries it. Does not need Legion.
#pragma once

#include <exception>
#include <string>
#include <utility>

namespace mapc {

/// A place in the policy, counted from 1; line 0 is "nowhere".
struct Position {
  int line = 0;
  int column = 0;
};

/// The statement being evaluated on this thread; generated functions set it with `mark`.
inline thread_local Position here;

/// Marks the statement that is evaluated from here on.
inline void mark(int line, int column) { here = Position{line, column}; }

/// A failure the language defines: a stable code, a message, and the statement it happened in.
class EvaluationError : public std::exception {
 public:
  EvaluationError(const char* code, std::string message)
      : code_(code), message_(std::move(message)), where_(here)
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
[[noreturn]] inline void fail(const char* code, std::string message)
{
  throw EvaluationError(code, std::move(message));
}

/// One call of a policy function: bounds the depth, and restores the caller's position at the end.
class Call {
 public:
  static constexpr int kDeepest = 1000;

  Call() : caller_(here)
  {
    if (++depth() > kDeepest) {
      --depth();
      fail("MAP355", "calls are nested more than " + std::to_string(kDeepest) + " deep");
    }
  }
  ~Call()
  {
    --depth();
    here = caller_;
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

 private:
  static int& depth()
  {
    static thread_local int depth = 0;
    return depth;
  }

  Position caller_;
};

}  // namespace mapc
