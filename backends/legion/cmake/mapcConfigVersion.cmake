# Which version of mapc this package belongs to: what mapc itself says, nothing is noted twice.

foreach(_mapc_file
        "${CMAKE_CURRENT_LIST_DIR}/../../../../__init__.py" # installed: in the package
        "${CMAKE_CURRENT_LIST_DIR}/../../../mapc/__init__.py") # a checkout: beside `backends`
  if(EXISTS "${_mapc_file}")
    file(STRINGS "${_mapc_file}" _mapc_line REGEX "^__version__ = ")
    if(_mapc_line MATCHES "\"([0-9.]+)")
      set(PACKAGE_VERSION "${CMAKE_MATCH_1}")
    endif()
    break()
  endif()
endforeach()

# Versions of one major number go together, from the one that is asked for on.
set(PACKAGE_VERSION_COMPATIBLE FALSE)
set(PACKAGE_VERSION_EXACT FALSE)
if(NOT PACKAGE_VERSION)
  set(PACKAGE_VERSION_UNSUITABLE TRUE)
elseif(PACKAGE_FIND_VERSION_RANGE)
  if(PACKAGE_VERSION VERSION_GREATER_EQUAL PACKAGE_FIND_VERSION_MIN
     AND (PACKAGE_VERSION VERSION_LESS PACKAGE_FIND_VERSION_MAX
          OR (PACKAGE_FIND_VERSION_RANGE_MAX STREQUAL "INCLUDE"
              AND PACKAGE_VERSION VERSION_EQUAL PACKAGE_FIND_VERSION_MAX)))
    set(PACKAGE_VERSION_COMPATIBLE TRUE)
  endif()
else()
  string(REGEX MATCH "^[0-9]+" _mapc_major "${PACKAGE_VERSION}")
  if(PACKAGE_VERSION VERSION_GREATER_EQUAL PACKAGE_FIND_VERSION
     AND _mapc_major STREQUAL PACKAGE_FIND_VERSION_MAJOR)
    set(PACKAGE_VERSION_COMPATIBLE TRUE)
  endif()
  if(PACKAGE_VERSION VERSION_EQUAL PACKAGE_FIND_VERSION)
    set(PACKAGE_VERSION_EXACT TRUE)
  endif()
endif()
