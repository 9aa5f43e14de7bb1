#pragma once

namespace swimsim {

/// The whole program: parses the arguments, runs the command, returns the exit code.
int run_command_line(int argc, char** argv);

}  // namespace swimsim
