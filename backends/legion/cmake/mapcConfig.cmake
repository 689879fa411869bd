# find_package(mapc [REQUIRED] [COMPONENTS Legion])
#
# Gives the function mapc_add_mapper() and the variable mapc_EXECUTABLE. With the component Legion,
# or when a mapper is added, there is also the target mapc::legion: the Legion that the project has
# found itself (a target Legion::Legion), else `Legion_ROOT`, else the one that mapc installs.

if(CMAKE_VERSION VERSION_LESS 3.20)
  set(mapc_FOUND FALSE)
  set(mapc_NOT_FOUND_MESSAGE "mapc needs CMake 3.20 or newer, this is ${CMAKE_VERSION}")
  return()
endif()

foreach(_mapc_component IN LISTS mapc_FIND_COMPONENTS)
  if(NOT _mapc_component STREQUAL "Legion" AND mapc_FIND_REQUIRED_${_mapc_component})
    set(mapc_FOUND FALSE)
    set(mapc_NOT_FOUND_MESSAGE "mapc has the component Legion only, not ${_mapc_component}")
    return()
  endif()
endforeach()

# The command that belongs to this package comes first: beside the Python of its environment.
find_program(mapc_EXECUTABLE
  NAMES mapc
  HINTS "${CMAKE_CURRENT_LIST_DIR}/../../../../../../../../bin"
        "${CMAKE_CURRENT_LIST_DIR}/../../../.venv/bin"
  DOC "The mapc that writes the mappers")
if(NOT mapc_EXECUTABLE)
  set(mapc_FOUND FALSE)
  set(mapc_NOT_FOUND_MESSAGE "there is no command mapc on the path; say where: -Dmapc_EXECUTABLE=")
  return()
endif()

# Mappers and headers of different versions do not fit together.
execute_process(
  COMMAND "${mapc_EXECUTABLE}" cmake-dir
  OUTPUT_VARIABLE _mapc_folder ERROR_VARIABLE _mapc_error RESULT_VARIABLE _mapc_result
  OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT _mapc_result EQUAL 0)
  set(mapc_FOUND FALSE)
  set(mapc_NOT_FOUND_MESSAGE "${mapc_EXECUTABLE} does not work: ${_mapc_result} ${_mapc_error}")
  return()
endif()
file(REAL_PATH "${_mapc_folder}" _mapc_folder)
file(REAL_PATH "${CMAKE_CURRENT_LIST_DIR}" _mapc_here)
if(NOT _mapc_folder STREQUAL _mapc_here)
  set(mapc_FOUND FALSE)
  set(mapc_NOT_FOUND_MESSAGE "${mapc_EXECUTABLE} belongs to another mapc, in ${_mapc_folder}; \
set mapc_DIR to that folder or mapc_EXECUTABLE to the mapc of ${_mapc_here}")
  return()
endif()

include("${CMAKE_CURRENT_LIST_DIR}/mapcLegion.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/mapcMapper.cmake")
if("Legion" IN_LIST mapc_FIND_COMPONENTS)
  mapc_find_legion()
  set(mapc_Legion_FOUND TRUE)
endif()
