#pragma once

#include <stdexcept>

namespace swimsim {

/// Ctrl-C as the engine sees it: the command line's handler requests, the engine stops at the next safe place and keeps what is finished.
void request_interrupt();  ///< safe in a signal handler
bool interrupt_requested();

/// Leaves long work that has nothing to keep yet (training, sensitivity).
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

}  // namespace swimsim
