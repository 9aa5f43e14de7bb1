#include "sim/app/console_progress.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "sim/engine/interrupt.h"

namespace swimsim {

namespace {

constexpr double kRedraw_s = 0.1, kLogLine_s = 5;
constexpr std::size_t kBarWidth = 24;

std::size_t terminal_width() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

spdlog::logger& log() {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    auto made = std::make_shared<spdlog::logger>("swimsim", std::make_shared<spdlog::sinks::stderr_sink_st>());
    made->set_pattern("%H:%M:%S %v");
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return *logger;
}

}  // namespace

std::string format_duration(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::llround(std::max(0.0, seconds)));
  if (seconds < 10) return fmt::format("{:.1f} s", std::max(0.0, seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

ConsoleProgress::ConsoleProgress() {
  const char* term = std::getenv("TERM");
  terminal_ = ::isatty(STDERR_FILENO) == 1 && (term == nullptr || std::string(term) != "dumb");
}

ConsoleProgress::~ConsoleProgress() { clear_line(); }

void ConsoleProgress::begin(const std::string& step, std::int64_t total) {
  if (in_step_) end();
  step_ = step;
  note_.clear();
  total_ = total;
  done_ = earlier_ = 0;
  started_ = shown_ = Clock::now();
  in_step_ = true;
  if (terminal_)
    draw_bar();
  else
    write_line(step_ + " ...");
}

void ConsoleProgress::advance(std::int64_t done, const std::string& note) {
  if (!in_step_) return;
  done_ = done;
  if (!note.empty()) note_ = note;
  const auto now = Clock::now();
  const double since = std::chrono::duration<double>(now - shown_).count();
  if (since < (terminal_ ? kRedraw_s : kLogLine_s)) return;
  shown_ = now;
  if (terminal_) return draw_bar();
  const std::string share =
      total_ > 0 ? fmt::format("{:.0f} %", 100.0 * static_cast<double>(done_) / static_cast<double>(total_)) : fmt::format("{}", done_);
  const std::string left = time_left();
  write_line(fmt::format("{}: {}{}{}", step_, share, left.empty() ? "" : ", " + left, note_.empty() ? "" : ", " + note_));
}

void ConsoleProgress::end() {
  if (!in_step_) return;
  in_step_ = false;
  wall_seconds_.emplace_back(step_, elapsed_s());
  clear_line();
  const bool stopped = interrupt_requested() && (total_ <= 0 || done_ < total_);
  write_line(fmt::format("{}: {} {}{}", step_, stopped ? "stopped after" : "done in", format_duration(elapsed_s()),
                         note_.empty() ? "" : ", " + note_));
}

double ConsoleProgress::elapsed_s() const { return std::chrono::duration<double>(Clock::now() - started_).count(); }

std::string ConsoleProgress::time_left() const {
  const double elapsed = elapsed_s();
  if (done_ <= earlier_ || total_ <= done_ || elapsed < 0.5) return {};
  return format_duration(elapsed * static_cast<double>(total_ - done_) / static_cast<double>(done_ - earlier_)) + " left";
}

void ConsoleProgress::draw_bar() {
  std::string line = step_;
  if (total_ > 0) {
    const double share = std::clamp(static_cast<double>(done_) / static_cast<double>(total_), 0.0, 1.0);
    const auto filled = static_cast<std::size_t>(share * static_cast<double>(kBarWidth));
    line += fmt::format(" [{}{}] {:3.0f} %", std::string(filled, '#'), std::string(kBarWidth - filled, '.'), 100 * share);
  } else if (done_ > 0) {
    line += fmt::format(" {}", done_);
  }
  if (const std::string left = time_left(); !left.empty()) line += ", " + left;
  if (!note_.empty()) line += ", " + note_;
  line.resize(std::min(line.size(), terminal_width() - 1));
  fmt::print(stderr, "\r\x1b[K{}", line);
  std::fflush(stderr);
  drawn_ = true;
}

void ConsoleProgress::write_line(const std::string& text) const {
  if (terminal_)
    fmt::print(stderr, "{}\n", text);
  else
    log().info(text);
}

void ConsoleProgress::clear_line() {
  if (!drawn_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace swimsim
