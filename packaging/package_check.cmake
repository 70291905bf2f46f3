# Read by cpack before it makes a package: the folders in the programs and the unit are those of the build.
if(NOT CPACK_INSTALL_PREFIX STREQUAL "/usr")
  message(FATAL_ERROR "This folder was configured for ${CPACK_INSTALL_PREFIX}; packages are made of one that was configured with "
                      "-DCMAKE_INSTALL_PREFIX=/usr")
endif()
