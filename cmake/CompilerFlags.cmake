# One INTERFACE target carries the flags of our own code: warnings are errors, and nothing may change a bit of a result.
add_library(swimsim_flags INTERFACE)
target_compile_options(swimsim_flags INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror
  -Wno-maybe-uninitialized -Wno-stringop-overflow # false alarms of GCC 12 in initialiser lists of strings and in fmt
  -ffp-contract=off   # FMA contraction changes bits between builds
  -fno-math-errno -fno-trapping-math # lets loops over columns vectorise; values stay the same
  -march=${SWIMSIM_ARCH})
target_include_directories(swimsim_flags INTERFACE "${CMAKE_SOURCE_DIR}" "${CMAKE_BINARY_DIR}/generated")
set(CMAKE_CXX_FLAGS_RELEASE "-O3")
if(SWIMSIM_SANITIZE)
  target_compile_options(swimsim_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
  target_link_options(swimsim_flags INTERFACE -fsanitize=address,undefined)
endif()
