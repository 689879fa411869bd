// The decision log: category `mapc`, level print, one JSON object a line, each kind of decision
// once per process. Needs Legion.
#pragma once

#include <mutex>
#include <set>
#include <string>

#include "mapc/config.h"
#include "mapc/evaluation.h"
#include "mapc/json.h"

namespace mapc {

/// Process-wide and thread-safe. Capped, so that a log cannot outgrow the run it describes.
class DecisionLog {
 public:
  static constexpr std::size_t kMostRecords = 4096;

  explicit DecisionLog(std::string file) : file_(std::move(file)) {}

  /// Writes a record unless the same one was written before.
  void once(const JsonObject& record) { once(record.text(), record); }
  /// Writes a record unless one with this key was written before.
  void once(const std::string& key, const JsonObject& record);

  /// Ends the run: a fatal log line with code, position, task and point, then abort().
  [[noreturn]] void fatal(const std::string& code, const std::string& message, Position where,
                          const std::string& task, const Tuple* point = nullptr) const;

  /// A message of a policy's `print`.
  static void debug(const std::string& text);

 private:
  const std::string file_;
  std::mutex mutex_;
  std::set<std::string> written_;
};

}  // namespace mapc
