// A writer for one-line JSON objects: the form of every record of the decision log. Does not need
// Legion.
#pragma once

#include <cstdio>
#include <string>
#include <type_traits>
#include <vector>

#include "mapc/values.h"

namespace mapc {

inline std::string json_string(const std::string& text)
{
  std::string result = "\"";
  for (const char c : text) {
    const unsigned char byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (byte < 0x20) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", byte);
      result += code;
    } else {
      result += c;
    }
  }
  return result + "\"";
}

/// A JSON object under construction; members appear in the order in which they are added.
class JsonObject {
 public:
  JsonObject() = default;
  explicit JsonObject(const char* event) { add("event", event); }

  JsonObject& add(const std::string& key, const std::string& value) { return put(key, json_string(value)); }
  JsonObject& add(const std::string& key, const char* value) { return add(key, std::string(value)); }
  JsonObject& add(const std::string& key, bool value) { return put(key, value ? "true" : "false"); }
  template <class T, class = std::enable_if_t<std::is_arithmetic_v<T>>>
  JsonObject& add(const std::string& key, T value)
  {
    return put(key, std::to_string(value));
  }
  JsonObject& add(const std::string& key, const Tuple& value)
  {
    std::string list;
    for (const Int e : value) list += (list.empty() ? "" : ",") + e.text();
    return put(key, "[" + list + "]");
  }
  JsonObject& add(const std::string& key, const std::vector<std::string>& values)
  {
    std::string list;
    for (const std::string& v : values) list += (list.empty() ? "" : ",") + json_string(v);
    return put(key, "[" + list + "]");
  }
  JsonObject& add(const std::string& key, const JsonObject& value) { return put(key, value.text()); }
  JsonObject& add(const std::string& key, const std::vector<JsonObject>& values)
  {
    std::string list;
    for (const JsonObject& v : values) list += (list.empty() ? "" : ",") + v.text();
    return put(key, "[" + list + "]");
  }
  /// A policy line; 0 is null: no statement decided.
  JsonObject& line(int value) { return put("line", value > 0 ? std::to_string(value) : "null"); }
  /// A value that is JSON already.
  JsonObject& put(const std::string& key, const std::string& json)
  {
    members_ += (members_.empty() ? "" : ",") + json_string(key) + ":" + json;
    return *this;
  }

  std::string text() const { return "{" + members_ + "}"; }

 private:
  std::string members_;
};

}  // namespace mapc
