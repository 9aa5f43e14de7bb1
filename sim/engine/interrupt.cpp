#include "sim/engine/interrupt.h"

#include <csignal>

namespace swimsim {

namespace {
volatile std::sig_atomic_t requested = 0;
}

void request_interrupt() { requested = 1; }
bool interrupt_requested() { return requested != 0; }

}  // namespace swimsim
