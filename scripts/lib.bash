# Shared by the scripts of this folder: stages with timings, build and data folders. Sourced, not run.
# shellcheck shell=bash
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=$(nproc)
timings=()
failed_stages=()

# stage NAME COMMAND...: runs it, says how long it took, remembers if it failed.
stage() {
  local name=$1 start=$SECONDS rc=0
  shift
  printf '\n== %s\n' "$name"
  "$@" || rc=$?
  timings+=("$(printf '%6d s  %s' $((SECONDS - start)) "$name$([ "$rc" -eq 0 ] || printf ' (failed, exit code %d)' "$rc")")")
  if [ "$rc" -ne 0 ]; then failed_stages+=("$name"); fi
  return "$rc"
}

print_timings() {
  printf '\n== timings\n'
  printf '%s\n' "${timings[@]}"
}

# build PRESET: configures and builds with the preset; ccache serves where it is installed.
build() {
  local options=()
  if command -v ccache >/dev/null; then
    # -march=native means another thing on another machine: what it means here becomes part of the cache key.
    export CCACHE_COMPILERCHECK='%compiler% --version;%compiler% -march=native -Q --help=target'
    options+=(-D CMAKE_CXX_COMPILER_LAUNCHER=ccache)
  fi
  cd "$root" && cmake --preset "$1" "${options[@]}" --log-level=WARNING && cmake --build --preset "$1" -j "$jobs"
}

# Where tests on real data find it: ../shared beside the repository, unless the caller said otherwise.
find_real_data() {
  if [ -z "${SWIMSIM_DATA:-}" ] && [ -d "$root/../shared/data" ]; then
    SWIMSIM_DATA=$(cd "$root/../shared/data" && pwd)
    export SWIMSIM_DATA
  fi
  if [ -z "${SWIMSIM_MODELS:-}" ] && [ -d "$root/../shared/models" ]; then
    SWIMSIM_MODELS=$(cd "$root/../shared/models" && pwd)
    export SWIMSIM_MODELS
  fi
  printf 'data:   %s\nmodels: %s\n' "${SWIMSIM_DATA:-none, tests that need it are skipped}" "${SWIMSIM_MODELS:-none, tests that need them are skipped}"
}
