# mapc_add_mapper(): a policy becomes part of a program, or a library to load into one.

cmake_policy(VERSION 3.20)

get_filename_component(_mapc_INCLUDE "${CMAKE_CURRENT_LIST_DIR}/../include" ABSOLUTE)

# mapc_add_mapper(TARGET <program> MAPPING <policy> [NAME <name>] [EXPLICIT])
# mapc_add_mapper(MAPPING <policy> [NAME <name>] PRELOAD [TARGET <program>])
#
# The first form puts the mapper into the program (or shared library) that calls Runtime::start; it
# is in use from then on, and wins over mappers that the program registers. With EXPLICIT the program
# calls `extern "C" void mapc_register_<name>();` itself, before it starts Legion.
#
# The second form makes the target <name>_mapper, a library for LD_PRELOAD; it is built along with
# TARGET where there is one. <name> is the name of the policy's file unless another one is given.
function(mapc_add_mapper)
  cmake_parse_arguments(PARSE_ARGV 0 arg "PRELOAD;EXPLICIT" "TARGET;MAPPING;NAME" "")
  _mapc_check_arguments()
  get_filename_component(policy "${arg_MAPPING}" ABSOLUTE)
  if(NOT EXISTS "${policy}")
    message(FATAL_ERROR "mapc_add_mapper: there is no policy ${policy}")
  endif()
  get_filename_component(stem "${policy}" NAME_WLE)
  if(arg_NAME)
    set(stem "${arg_NAME}")
  endif()
  _mapc_identifier(name "${stem}")
  if(arg_NAME AND NOT arg_NAME STREQUAL name)
    message(FATAL_ERROR "mapc_add_mapper: NAME ${arg_NAME} cannot name a function; try ${name}")
  endif()
  set(library ${name}_mapper)
  if(TARGET ${library})
    message(FATAL_ERROR "mapc_add_mapper: there is a target ${library} already; give another NAME")
  endif()
  mapc_find_legion()
  _mapc_generate(source "${policy}" ${name})

  if(arg_PRELOAD)
    add_library(${library} MODULE "${source}")
    target_compile_definitions(${library} PRIVATE MAPC_PRELOAD)
    target_link_libraries(${library} PRIVATE ${CMAKE_DL_LIBS})
    # What is missing shows when the library is made, not when a program loads it.
    target_link_options(${library} PRIVATE "LINKER:--no-undefined")
    if(arg_TARGET)
      add_dependencies(${arg_TARGET} ${library})
    endif()
  else()
    add_library(${library} OBJECT "${source}")
    _mapc_put_into(${arg_TARGET} ${library})
  endif()
  add_dependencies(${library} ${library}_source)
  target_link_libraries(${library} PRIVATE mapc::legion)
  target_include_directories(${library} SYSTEM PRIVATE "${_mapc_INCLUDE}")
  target_compile_features(${library} PRIVATE cxx_std_17)
  # Generated code is one file and not the project's to mend.
  set_target_properties(${library} PROPERTIES
    POSITION_INDEPENDENT_CODE ON
    INTERPROCEDURAL_OPTIMIZATION OFF
    UNITY_BUILD OFF
    CXX_SCAN_FOR_MODULES OFF
    CXX_CLANG_TIDY "" CXX_CPPCHECK "" CXX_CPPLINT "" CXX_INCLUDE_WHAT_YOU_USE "")
endfunction()

# Ends the configuration where the arguments of mapc_add_mapper make no sense.
macro(_mapc_check_arguments)
  if(NOT CMAKE_CXX_COMPILER_LOADED)
    message(FATAL_ERROR "mapc_add_mapper: mappers are C++: project(... LANGUAGES CXX)")
  endif()
  if(arg_UNPARSED_ARGUMENTS OR arg_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "mapc_add_mapper: not understood: "
      "${arg_UNPARSED_ARGUMENTS} ${arg_KEYWORDS_MISSING_VALUES}")
  endif()
  if(NOT arg_MAPPING)
    message(FATAL_ERROR "mapc_add_mapper: MAPPING <policy file> is missing")
  endif()
  if(arg_PRELOAD AND arg_EXPLICIT)
    message(FATAL_ERROR "mapc_add_mapper: a library of PRELOAD registers itself; leave out EXPLICIT")
  endif()
  if(NOT arg_TARGET AND NOT arg_PRELOAD)
    message(FATAL_ERROR "mapc_add_mapper: TARGET <program> is missing; only PRELOAD needs none")
  endif()
  if(arg_TARGET AND NOT TARGET ${arg_TARGET})
    message(FATAL_ERROR "mapc_add_mapper: there is no target ${arg_TARGET} yet; make it first")
  endif()
endmacro()

# Sets `result` to the name that mapc gives to what it generates from `text`.
function(_mapc_identifier result text)
  string(REGEX REPLACE "[^A-Za-z0-9]+" "_" text "${text}")
  string(REGEX REPLACE "^_|_$" "" text "${text}")
  if(NOT text MATCHES "^[A-Za-z]")
    set(text "policy_${text}")
    string(REGEX REPLACE "_$" "" text "${text}")
  endif()
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

# Makes the target <name>_mapper_source, which writes the C++; sets `result` to its file.
#
# What a build looks at is the stamp: mapc leaves the C++ alone where it would not change, so that
# nothing is compiled then. The stamp depends on the policy and on all of mapc that made the file.
function(_mapc_generate result policy name)
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/mapc")
  set(source "${folder}/${name}_mapper.cc")
  set(stamp "${folder}/${name}_mapper.stamp")
  set(depfile "${folder}/${name}_mapper.d")
  file(MAKE_DIRECTORY "${folder}")
  file(RELATIVE_PATH shown "${CMAKE_SOURCE_DIR}" "${policy}")
  add_custom_command(
    OUTPUT "${stamp}"
    BYPRODUCTS "${source}"
    COMMAND "${mapc_EXECUTABLE}" build "${policy}" -o "${source}" --name ${name}
            --depfile "${depfile}" --stamp "${stamp}"
    DEPENDS "${policy}"
    DEPFILE "${depfile}"
    COMMENT "Generating ${name}_mapper.cc from ${shown}"
    VERBATIM)
  add_custom_target(${name}_mapper_source DEPENDS "${stamp}")
  set(${result} "${source}" PARENT_SCOPE)
endfunction()

# Links the objects of `library` into `target`. Uses neither form of target_link_libraries, because
# a target must not mix them and the project has chosen one.
function(_mapc_put_into target library)
  get_target_property(aliased ${target} ALIASED_TARGET)
  if(aliased)
    set(target ${aliased})
  endif()
  get_target_property(type ${target} TYPE)
  if(NOT type MATCHES "^(EXECUTABLE|SHARED_LIBRARY|MODULE_LIBRARY)$")
    message(FATAL_ERROR "mapc_add_mapper: ${target} is not linked (${type}); "
      "name the program or shared library that calls Legion::Runtime::start")
  endif()
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:${library}>)
  set_property(TARGET ${target} APPEND PROPERTY LINK_LIBRARIES mapc::legion)
  if(arg_EXPLICIT)
    return()
  endif()
  get_target_property(other ${target} mapc_MAPPER)
  if(other)
    message(FATAL_ERROR "mapc_add_mapper: ${target} has the mapper of ${other} already; "
      "for a program that chooses give EXPLICIT to both")
  endif()
  set_target_properties(${target} PROPERTIES mapc_MAPPER ${library})
  target_compile_definitions(${library} PRIVATE MAPC_LINKED)
  foreach(form bbb bbbbb) # Legion::Runtime::start of older and of newer versions
    target_link_options(${target} PRIVATE "LINKER:--wrap=_ZN6Legion7Runtime5startEiPPc${form}")
  endforeach()
endfunction()
