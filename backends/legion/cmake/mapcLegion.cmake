# The target mapc::legion: what mappers, and programs that find no Legion themselves, link.

cmake_policy(VERSION 3.20)

# mapc_find_legion()
#
# Defines mapc::legion, unless it is there. Programs that link it start without a library path.
function(mapc_find_legion)
  if(TARGET mapc::legion)
    return()
  endif()
  foreach(candidate Legion::Legion Legion::LegionRuntime Legion::legion)
    if(TARGET ${candidate})
      add_library(mapc::legion INTERFACE IMPORTED GLOBAL)
      set_property(TARGET mapc::legion PROPERTY INTERFACE_LINK_LIBRARIES ${candidate})
      return()
    endif()
  endforeach()

  # A variable of CMake counts before one of the environment, as in find_package().
  set(environment "")
  if(Legion_ROOT)
    list(APPEND environment "Legion_ROOT=${Legion_ROOT}")
  endif()
  if(CMAKE_CXX_COMPILER)
    list(APPEND environment "CXX='${CMAKE_CXX_COMPILER}'") # mapc splits it like a shell
  endif()
  execute_process(
    COMMAND "${CMAKE_COMMAND}" -E env ${environment} "${mapc_EXECUTABLE}" legion json
    OUTPUT_VARIABLE answer RESULT_VARIABLE result) # what it says meanwhile is for the user
  if(NOT result EQUAL 0)
    message(FATAL_ERROR
      "mapc has no Legion to build with (see above). Set Legion_ROOT to the folder of a Legion, or "
      "call find_package(Legion) before a mapper is added.")
  endif()
  string(JSON version GET "${answer}" version)
  _mapc_strings(includes "${answer}" include_dirs)
  _mapc_strings(libraries "${answer}" libraries)
  _mapc_strings(options "${answer}" link_options)
  find_package(Threads REQUIRED)
  list(GET libraries 0 legion)
  message(STATUS "mapc: Legion ${version}: ${legion}")

  add_library(mapc::legion INTERFACE IMPORTED GLOBAL)
  set_target_properties(mapc::legion PROPERTIES
    INTERFACE_COMPILE_FEATURES cxx_std_17
    INTERFACE_INCLUDE_DIRECTORIES "${includes}" # of an imported target, so they do not warn
    INTERFACE_LINK_LIBRARIES "${libraries};Threads::Threads"
    INTERFACE_LINK_OPTIONS "${options}")
endfunction()

# Sets `result` to the list of strings that a JSON object has under `key`.
function(_mapc_strings result json key)
  set(found "")
  string(JSON count LENGTH "${json}" ${key})
  if(count GREATER 0)
    math(EXPR last "${count} - 1")
    foreach(number RANGE ${last})
      string(JSON item GET "${json}" ${key} ${number})
      list(APPEND found "${item}")
    endforeach()
  endif()
  set(${result} "${found}" PARENT_SCOPE)
endfunction()
