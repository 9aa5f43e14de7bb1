#include "sim/hardware/vcd_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "models/common/atomic_file.h"
#include "models/common/errors.h"

namespace swimsim {

namespace {

constexpr const char* kRawSuffix = ".raw";  // SystemC writes PATH.raw.vcd, which close() turns into PATH

/// SystemC stamps its VCD with the date of the run and its own version: both go, equal runs leave equal bytes.
std::string without_date(const std::string& vcd) {
  const std::size_t date = vcd.find("$date");
  const std::size_t version_end = vcd.find("$end", vcd.find("$version"));
  if (date == std::string::npos || version_end == std::string::npos) return vcd;
  return vcd.substr(0, date) + "$date\n     simulated time, no date\n$end\n\n$version\n     swimsim\n$end" + vcd.substr(version_end + 4);
}

/// SystemC does not look whether its writes succeed. A complete VCD ends with the time at which it was closed; or, if signals changed at
/// that very time, with the blank line that comes after changes.
bool ends_at(const std::string& vcd, std::uint64_t now_ps) {
  const std::string stamp = fmt::format("\n#{}\n", now_ps);
  const std::size_t last = vcd.rfind("\n#");
  if (last == std::string::npos || vcd.compare(last, stamp.size(), stamp) != 0) return false;
  return last + stamp.size() == vcd.size() || vcd.compare(vcd.size() - 2, 2, "\n\n") == 0;
}

}  // namespace

VcdFile::VcdFile(std::string path) : path_(std::move(path)) {
  file_ = sc_core::sc_create_vcd_trace_file((path_ + kRawSuffix).c_str());
  file_->set_time_unit(1, sc_core::SC_PS);
}

VcdFile::~VcdFile() {
  if (file_ == nullptr) return;
  sc_core::sc_close_vcd_trace_file(file_);
  std::remove(raw_path().c_str());
}

std::string VcdFile::raw_path() const { return path_ + kRawSuffix + ".vcd"; }

std::string VcdFile::name() const {
  const std::size_t slash = path_.find_last_of('/');
  return slash == std::string::npos ? path_ : path_.substr(slash + 1);
}

std::string VcdFile::save_path() const {
  const std::size_t dot = path_.rfind(".vcd");
  return (dot == std::string::npos ? path_ : path_.substr(0, dot)) + ".gtkw";
}

void VcdFile::close() {
  if (file_ == nullptr) return;
  sc_core::sc_close_vcd_trace_file(file_);
  file_ = nullptr;
  const std::string raw = raw_path();
  std::ifstream in(raw, std::ios::binary);
  const bool there = in.is_open();
  const std::string vcd{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  in.close();
  std::remove(raw.c_str());
  const std::uint64_t now_ps = sc_core::sc_time_stamp().value();
  if (!there || (now_ps > 0 && !ends_at(vcd, now_ps)))  // nothing is written where no time has passed
    throw ResourceError(path_ + ": the trace could not be written to its end; is the disk full?");
  write_file_atomically(path_, without_date(vcd));
}

WaveSaveFile::WaveSaveFile(const std::string& title, const VcdFile& vcd, std::int64_t from_ps, std::int64_t shown_ps) {
  comment(fmt::format("swimsim: {}, opened with gtkwave trace.vcd trace.gtkw", title));
  // GTKWave's zoom is the binary logarithm of the time that 200 pixels show; single cycles are to be told apart.
  constexpr double kShown_ps = 1'000'000;
  head_ = fmt::format("[dumpfile] \"{}\"\n[timestart] {}\n", vcd.name(), from_ps);
  head_ += fmt::format("*-{:.6f} -1", std::log2(std::clamp(static_cast<double>(shown_ps) / 5, 1.0, kShown_ps)));
  for (int marker = 0; marker < 26; ++marker) head_ += " -1";
  head_ += "\n[size] 1400 800\n[pos] -1 -1\n[signals_width] 200\n[sst_expanded] 0\n";
}

}  // namespace swimsim
