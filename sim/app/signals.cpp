#include "sim/app/signals.h"

#include <unistd.h>

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

void install_signal_handlers() {
  main_process = getpid();
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace swimsim
