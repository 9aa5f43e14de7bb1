#include "sim/engine/job_pool.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <new>
#include <stdexcept>
#include <vector>

#include "models/common/errors.h"
#include "sim/engine/interrupt.h"

namespace swimsim {

namespace {

/// First byte of what a child sends: the kind of answer, then its bytes.
enum class Answer : char { result = 'r', input = 'i', range = 'a', resource = 's', other = 'o' };

struct Child {
  std::size_t job = 0;
  pid_t pid = -1;
  int fd = -1;
  std::string received;
};

void send_all(int fd, const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t n = write(fd, bytes.data() + sent, bytes.size() - sent);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;  // the parent is gone
    sent += static_cast<std::size_t>(n);
  }
}

std::string answer(const std::function<std::string(std::size_t)>& work, std::size_t job) {
  const auto tagged = [](Answer kind, const std::string& text) { return static_cast<char>(kind) + text; };
  try {
    return tagged(Answer::result, work(job));
  } catch (const InputError& error) {
    return tagged(Answer::input, error.what());
  } catch (const RangeError& error) {
    return tagged(Answer::range, error.what());
  } catch (const ResourceError& error) {
    return tagged(Answer::resource, error.what());
  } catch (const std::bad_alloc&) {
    return tagged(Answer::resource, "out of memory");
  } catch (const std::exception& error) {
    return tagged(Answer::other, error.what());
  }
}

Child start(std::size_t job, const std::function<std::string(std::size_t)>& work) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw ResourceError(std::string("no pipe for a child process: ") + std::strerror(errno));
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) {
    const int reason = errno;
    close(ends[0]);
    close(ends[1]);
    throw ResourceError(std::string("no child process: ") + std::strerror(reason));
  }
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(0);  // it died before it could be tied to
    signal(SIGINT, SIG_IGN);            // the parent decides what Ctrl-C means
    signal(SIGTERM, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
    close(ends[0]);
    send_all(ends[1], answer(work, job));
    _exit(0);  // no destructors and no buffers of the parent's
  }
  close(ends[1]);
  return {job, pid, ends[0], {}};
}

void stop(std::vector<Child>& children) {
  for (const Child& child : children) kill(child.pid, SIGKILL);
  for (const Child& child : children) {
    close(child.fd);
    waitpid(child.pid, nullptr, 0);
  }
  children.clear();
}

/// Reads what is there; true at the end of the stream.
bool drain(Child& child) {
  char buffer[1 << 16];
  const ssize_t n = read(child.fd, buffer, sizeof buffer);
  if (n < 0) return errno != EINTR && errno != EAGAIN;
  child.received.append(buffer, static_cast<std::size_t>(n));
  return n == 0;
}

std::string open_answer(const Child& child, int status) {
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
    throw ResourceError("a child process was killed, which is what the system does when memory runs out; fewer --threads need less memory");
  }
  if (child.received.empty() || !WIFEXITED(status)) {
    throw std::runtime_error("a child process died" +
                             (WIFSIGNALED(status) ? " of signal " + std::to_string(WTERMSIG(status)) : std::string()));
  }
  std::string text = child.received.substr(1);
  switch (static_cast<Answer>(child.received[0])) {
    case Answer::result:
      return text;
    case Answer::input:
      throw InputError(text);
    case Answer::range:
      throw RangeError(text);
    case Answer::resource:
      throw ResourceError(text);
    case Answer::other:
      break;
  }
  throw std::runtime_error(text);
}

}  // namespace

bool run_jobs(std::size_t count, int parallel, const std::function<std::string(std::size_t)>& work,
              const std::function<void(std::size_t, std::string)>& collect) {
  std::vector<Child> children;
  std::size_t next = 0;
  try {
    while (next < count || !children.empty()) {
      while (next < count && children.size() < static_cast<std::size_t>(parallel) && !interrupt_requested()) {
        children.push_back(start(next++, work));
      }
      if (interrupt_requested()) {
        stop(children);
        return false;
      }
      std::vector<pollfd> polled;
      for (const Child& child : children) polled.push_back({child.fd, POLLIN, 0});
      poll(polled.data(), polled.size(), 200);
      for (std::size_t i = children.size(); i-- > 0;) {
        if (polled[i].revents == 0 || !drain(children[i])) continue;
        Child child = std::move(children[i]);
        children.erase(children.begin() + static_cast<std::ptrdiff_t>(i));
        int status = 0;
        close(child.fd);
        waitpid(child.pid, &status, 0);
        collect(child.job, open_answer(child, status));
      }
    }
  } catch (...) {
    stop(children);
    throw;
  }
  return true;
}

}  // namespace swimsim
