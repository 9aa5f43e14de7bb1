#include "sim/app/exit_codes.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <system_error>

#include "models/common/errors.h"
#include "sim/engine/interrupt.h"

namespace swimsim {

namespace {

int refuse_input(const InputError& error) {
  fmt::print(stderr, "{}\n", error.what());
  const std::size_t count = error.diagnostics().size();
  if (count > 1) fmt::print(stderr, "swimsim: {} mistakes in the input; nothing was run\n", count);
  return kExitInput;
}

bool lacks_resources(const std::error_code& code) {
  for (const std::errc condition :
       {std::errc::no_space_on_device, std::errc::not_enough_memory, std::errc::permission_denied, std::errc::read_only_file_system,
        std::errc::too_many_files_open, std::errc::file_too_large, std::errc::resource_unavailable_try_again, std::errc::io_error,
        std::errc::not_a_directory, std::errc::bad_file_descriptor, std::errc::broken_pipe}) {
    if (code == condition) return true;
  }
  return false;
}

/// What was printed may still be in a buffer, and a shell that asked for it must hear of it when it is lost.
void flush_output() {
  const bool flushed = std::fflush(stdout) == 0;
  const std::string reason = flushed ? "an earlier write failed" : std::strerror(errno);
  if (!flushed || std::ferror(stdout) != 0) throw ResourceError("standard output cannot be written: " + reason);
}

}  // namespace

int run_guarded(const std::function<int()>& command) {
  try {
    const int code = command();
    flush_output();
    return code;
  } catch (const InputError& error) {
    return refuse_input(error);
  } catch (const RangeError& error) {
    fmt::print(stderr, "swimsim: a model left the range it is valid in: {}\n", error.what());
    return kExitRange;
  } catch (const ResourceError& error) {
    fmt::print(stderr, "swimsim: {}\n", error.what());
    return kExitResources;
  } catch (const Interrupted&) {
    fmt::print(stderr, "swimsim: interrupted; nothing was finished that could be kept\n");
    return kExitInterrupted;
  } catch (const std::bad_alloc&) {
    std::fputs("swimsim: not enough memory\n", stderr);
    return kExitResources;
  } catch (const std::system_error& error) {
    if (lacks_resources(error.code())) {
      fmt::print(stderr, "swimsim: {}\n", error.what());
      return kExitResources;
    }
    fmt::print(stderr, "swimsim: this is a bug in swimsim: {}\n", error.what());
    return kExitBug;
  } catch (const std::exception& error) {
    fmt::print(stderr, "swimsim: this is a bug in swimsim: {}\n", error.what());
    return kExitBug;
  } catch (...) {
    std::fputs("swimsim: this is a bug in swimsim: an unknown exception\n", stderr);
    return kExitBug;
  }
}

}  // namespace swimsim
