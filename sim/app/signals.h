#pragma once

namespace swimsim {

/// The first Ctrl-C (or SIGTERM) asks the engine to stop at the next safe place and keep what is finished; the second ends the program at
/// once with code 130. Children of this process keep quiet about it.
void install_signal_handlers();

}  // namespace swimsim
