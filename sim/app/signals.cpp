#include "sim/app/signals.h"

#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>

#include "sim/app/exit_codes.h"
#include "sim/engine/interrupt.h"

namespace swimsim {

namespace {

pid_t main_process = 0;

void on_signal(int) {
  if (interrupt_requested()) _exit(kExitInterrupted);
  request_interrupt();
  if (getpid() != main_process) return;
  constexpr char message[] = "\nswimsim: stopping; what is finished is kept (once more to stop at once)\n";
  // Nothing to be done if standard error is gone.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
}

}  // namespace

// The handler has a stack of its own. Without, one training in ten that was stopped by Ctrl-C ended with a corrupted heap: it seems that
// generated kernels of oneDNN hold something else in the stack pointer at times, and a signal's frame is written wherever that points.
void install_signal_handlers() {
  main_process = getpid();
  alignas(64) static std::array<char, std::size_t{64} * 1024> memory;
  stack_t stack{};
  stack.ss_sp = memory.data();
  stack.ss_size = memory.size();
  sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART | SA_ONSTACK;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace swimsim
