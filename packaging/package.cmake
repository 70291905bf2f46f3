# cpack -G DEB: the packages snmpfleet (the program), libsnmpfleet0.1 (the library) and libsnmpfleet-dev (what it takes to build with it). The programs and the unit have the
# folders of their configuration in them, so packages are made of a build for /usr:
#
#     cmake -B build-deb -G Ninja -DCMAKE_INSTALL_PREFIX=/usr -DBUILD_TESTING=OFF && cmake --build build-deb
#     cd build-deb && cpack -G DEB
#
# Everything that is installed belongs to one of the components program, configuration, runtime and library.
set(debian "${CMAKE_SOURCE_DIR}/packaging/debian")
set(service "${CMAKE_SOURCE_DIR}/packaging/service")
# A package brings a configuration to begin with, which dpkg keeps when it was changed; `cmake --install` leaves /etc alone.
install(FILES "${service}/config.yaml" "${service}/targets" DESTINATION /etc/snmpfleet COMPONENT configuration EXCLUDE_FROM_ALL)
install(FILES "${service}/logrotate" DESTINATION /etc/logrotate.d RENAME snmpfleet COMPONENT configuration EXCLUDE_FROM_ALL)

set(CPACK_GENERATOR DEB)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_PACKAGE_NAME snmpfleet)
set(CPACK_PACKAGE_VENDOR snmpfleet)
set(CPACK_PACKAGE_CONTACT "snmpfleet maintainers <maintainers@snmpfleet.example>")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_RESOURCE_FILE_LICENSE "${CMAKE_SOURCE_DIR}/LICENSE")
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_STRIP_FILES ON)
set(CPACK_PROJECT_CONFIG_FILE "${CMAKE_SOURCE_DIR}/packaging/package_check.cmake")
set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_SOURCE_DIR}/packaging/package_documents.cmake")
set(CPACK_SNMPFLEET_DEBIAN "${debian}")

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_COMPONENTS_ALL program configuration runtime library)
set(CPACK_COMPONENT_PROGRAM_GROUP program)
set(CPACK_COMPONENT_CONFIGURATION_GROUP program)
set(CPACK_COMPONENT_RUNTIME_GROUP runtime)
set(CPACK_COMPONENT_LIBRARY_GROUP library)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME snmpfleet)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION net)
# libcurl is loaded and not linked, so that no dependency on it is found.
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS "logrotate, libcurl4 | libcurl4t64")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_CONTROL_EXTRA
    "${debian}/conffiles;${debian}/postinst;${debian}/prerm;${debian}/postrm")
set(CPACK_DEBIAN_PROGRAM_DESCRIPTION "poller for whole fleets of SNMP agents
snmpfleet polls from ten to a million devices over SNMPv1, v2c and v3, from
one thread, and writes CSV, Influx line protocol or JSON lines. It comes with a
service of systemd, with the verbs of Net-SNMP (get, walk, set and more) for
one agent or many at once, and with a simulator of agents.")

set(abi "${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME libsnmpfleet${abi})
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA "${debian}/triggers")
set(CPACK_DEBIAN_RUNTIME_DESCRIPTION "polling of SNMP fleets: library
The library of snmpfleet, for programs that poll and ask whole fleets of SNMP
agents in a loop of their own.")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libsnmpfleet-dev)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_DEPENDS
    "libsnmpfleet${abi} (= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}), liburing-dev, libc-ares-dev, libssl-dev")
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION "polling of SNMP fleets: headers and static library
Headers, static library and manual page of the library of snmpfleet, for
programs that poll and ask whole fleets of SNMP agents in a loop of their own.")
include(CPack)
