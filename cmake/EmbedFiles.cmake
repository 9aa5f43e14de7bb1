# swimsim_embed(TARGET FUNCTION FILES...)
# Compiles the files into TARGET; `const std::vector<swimsim::EmbeddedFile>& swimsim::FUNCTION()` lists them by name without the last extension.
# This file is also the script that writes the source: cmake -DFUNCTION=... -DOUTPUT=... -DFILES=a;b -P EmbedFiles.cmake
function(swimsim_embed TARGET FUNCTION)
  set(output "${CMAKE_BINARY_DIR}/generated/embedded/${FUNCTION}.cpp")
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" -DFUNCTION=${FUNCTION} "-DOUTPUT=${output}" "-DFILES=${ARGN}" -P "${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake"
    DEPENDS ${ARGN} "${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake"
    COMMENT "Embedding ${FUNCTION}"
    VERBATIM)
  target_sources(${TARGET} PRIVATE "${output}")
endfunction()

if(CMAKE_SCRIPT_MODE_FILE)
  set(arrays "")
  set(entries "")
  set(index 0)
  foreach(file IN LISTS FILES)
    get_filename_component(name "${file}" NAME_WLE)
    file(READ "${file}" hex HEX)
    file(SIZE "${file}" size)
    string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${hex}")
    string(APPEND arrays "constexpr char bytes_${index}[] = {\n    ${bytes}'\\0'};\n")
    string(APPEND entries "      {\"${name}\", {bytes_${index}, ${size}}},\n")
    math(EXPR index "${index} + 1")
  endforeach()
  file(WRITE "${OUTPUT}"
    "// Written by cmake/EmbedFiles.cmake.\n#include \"models/common/embedded_file.h\"\n\nnamespace swimsim {\n\nnamespace {\n\n${arrays}\n}  // namespace\n\n"
    "const std::vector<EmbeddedFile>& ${FUNCTION}();\n\n"
    "const std::vector<EmbeddedFile>& ${FUNCTION}() {\n  static const std::vector<EmbeddedFile> files{\n${entries}  };\n  return files;\n}\n\n}  // namespace swimsim\n")
endif()
