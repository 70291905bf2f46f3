# Manual pages and completion, made of the program's own tables of verbs, options and keys:
#
#     cmake -DPROGRAM=snmpfleet -DBY_HAND=man -DTO=FOLDER -P pages.cmake
#
# The verbs' pages come from the program. Where BY_HAND has PAGE.sections, those sections follow the options of that
# page. Pages in BY_HAND are copied, and a line `.\" keys: WHERE` in them becomes the items of those keys.
function(ask ret_text)
  execute_process(COMMAND "${PROGRAM}" options ${ARGN} OUTPUT_VARIABLE text RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${PROGRAM} options ${ARGN}: exit ${code}")
  endif()
  set(${ret_text} "${text}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE "${TO}/man" "${TO}/completion")
ask(pages pages)
string(REGEX MATCHALL "[^\n]+" pages "${pages}")
foreach(page IN LISTS pages)
  string(REGEX MATCH "^([^ ]+) ([0-9])$" page "${page}")
  set(name "${CMAKE_MATCH_1}")
  set(section "${CMAKE_MATCH_2}")
  ask(text man "${name}")
  if(EXISTS "${BY_HAND}/${name}.sections")
    file(READ "${BY_HAND}/${name}.sections" sections)
    string(FIND "${text}" ".Sh EXIT STATUS\n" at)
    if(at EQUAL -1)
      message(FATAL_ERROR "${name}: there is no EXIT STATUS in front of which ${name}.sections could be")
    endif()
    string(REPLACE ".Sh EXIT STATUS\n" "${sections}.Sh EXIT STATUS\n" text "${text}")
  endif()
  file(WRITE "${TO}/man/man${section}/${name}.${section}" "${text}")
endforeach()

file(GLOB written "${BY_HAND}/*.[0-9]")
foreach(path IN LISTS written)
  get_filename_component(name "${path}" NAME)
  string(REGEX MATCH "[0-9]$" section "${name}")
  file(READ "${path}" text)
  foreach(where line defaults fleet)
    ask(keys keys ${where})
    string(REPLACE ".\\\" keys: ${where}\n" "${keys}" text "${text}")
  endforeach()
  file(WRITE "${TO}/man/man${section}/${name}" "${text}")
endforeach()

ask(text completion)
file(WRITE "${TO}/completion/snmpfleet" "${text}")
