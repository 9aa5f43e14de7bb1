#pragma once

#include <functional>

namespace swimsim {

/// What the program answers to the shell.
enum ExitCode : int {
  kExitDone = 0,
  kExitOutside = 1,    ///< `validate`: a figure lies outside, for no reason that is known
  kExitInput = 2,      ///< the user's input is wrong
  kExitRange = 3,      ///< a model left the range it is valid in
  kExitResources = 4,  ///< memory, disk, permissions
  kExitBug = 70,       ///< our own mistake
  kExitInterrupted = 130,
};

/// Runs a command and flushes standard output; says on standard error what stopped it and turns that into the exit code.
int run_guarded(const std::function<int()>& command);

}  // namespace swimsim
