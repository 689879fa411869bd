// A program that answers where the placement functions of some policies send tasks: one case a line
// on standard input, one line of JSON a case on standard output. Generated files for tests have
// nothing else. Does not need Legion.
//
//   POLICY index FUNCTION NODES PROCS RANK EXTENT... TASK
//   POLICY single FUNCTION NODES PROCS KIND SELF_NODE SELF_INDEX PARENT_NODE PARENT_INDEX TASK
//
// A task's name is the rest of the line. Every processor kind has PROCS processors on each node.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>

#include "mapc/json.h"
#include "mapc/program.h"

namespace mapc {

inline Tuple pair_of(ProcessorId id) { return Tuple{id.node, id.index}; }

inline std::string pairs_text(const std::vector<ProcessorId>& set)
{
  std::string list;
  for (const ProcessorId& id : set)
    list += (list.empty() ? "[" : ",[") + std::to_string(id.node) + "," +
            std::to_string(id.index) + "]";
  return "[" + list + "]";
}

inline JsonObject error_text(const EvaluationError& error, const Tuple* point)
{
  JsonObject record;
  record.add("code", error.code()).add("message", error.message());
  record.line(error.where().line).add("column", error.where().column);
  if (point != nullptr) record.add("point", *point);
  return JsonObject().add("error", record);
}

inline std::string rest_of(std::istringstream& words)
{
  std::string rest;
  std::getline(words >> std::ws, rest);
  return rest;
}

inline JsonObject answer_index(const Program& program, const std::string& function,
                               std::istringstream& words)
{
  std::size_t rank = 0;
  words >> rank;
  std::vector<Int> extents;
  for (std::int64_t extent = 0; rank > 0 && words >> extent; --rank) extents.push_back(extent);
  TaskInfo info;
  info.name = rest_of(words);
  info.is_point = true;
  info.space = Tuple(std::move(extents));
  std::string points;
  for (std::int64_t i = 0; i < info.space.volume().value(); ++i) {
    info.point = delinearize(i, info.space);
    const auto set = IndexTable::evaluate(program, function, info, nullptr);
    points += (points.empty() ? "" : ",") + pairs_text(set);
  }
  return JsonObject().put("points", "[" + points + "]");
}

inline JsonObject answer_single(const Program& program, const std::string& function,
                                std::istringstream& words)
{
  std::string kind;
  TaskInfo self, parent;
  words >> kind >> self.processor.node >> self.processor.index >> parent.processor.node >>
      parent.processor.index;
  for (std::size_t k = 0; k < kProcKinds; ++k)
    if (kind == name_of(static_cast<ProcKind>(k))) self.kind = static_cast<ProcKind>(k);
  self.name = rest_of(words);
  self.depth = 1;
  self.parent = &parent;
  parent.name = "parent";
  parent.kind = self.kind;
  return JsonObject().put(
      "targets", pairs_text(IndexTable::evaluate(program, function, self, nullptr)));
}

/// A policy's program by the name that cases give.
struct NamedProgram {
  const char* name;
  Program* (*make)(const Shape&);
};

/// Answers cases until the input ends; 2 for a case that names no policy.
inline int answer_cases(std::initializer_list<NamedProgram> programs)
{
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    std::string policy, what, function;
    Shape shape;
    std::int64_t procs = 0;
    words >> policy >> what >> function >> shape.nodes >> procs;
    shape.procs.fill(procs);
    const auto named = std::find_if(programs.begin(), programs.end(), [&](const NamedProgram& one) {
      return policy == one.name;
    });
    if (named == programs.end()) {
      std::cerr << "no policy " << policy << '\n';
      return 2;
    }
    try {
      const std::unique_ptr<Program> program(named->make(shape));
      const JsonObject answer = what == "index" ? answer_index(*program, function, words)
                                                : answer_single(*program, function, words);
      std::cout << answer.text() << '\n';
    } catch (const PointError& error) {
      std::cout << error_text(error, &error.point).text() << '\n';
    } catch (const EvaluationError& error) {
      std::cout << error_text(error, nullptr).text() << '\n';
    }
  }
  return 0;
}

}  // namespace mapc
