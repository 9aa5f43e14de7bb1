#pragma once

#include <string>
#include <systemc>

namespace swimsim {

/// A VCD that is written beside its place and gets its name when it is closed, with a fixed date: equal runs leave equal bytes.
class VcdFile {
 public:
  explicit VcdFile(std::string path);
  ~VcdFile();
  VcdFile(const VcdFile&) = delete;
  VcdFile& operator=(const VcdFile&) = delete;

  sc_core::sc_trace_file* file() { return file_; }
  const std::string& path() const { return path_; }
  /// The name of the file without its folder.
  std::string name() const;
  /// Where its GTKWave save file goes.
  std::string save_path() const;
  /// Throws ResourceError when the file cannot be written to its end. Once.
  void close();

 private:
  std::string raw_path() const;

  std::string path_;
  sc_core::sc_trace_file* file_ = nullptr;
};

/// The lines of a GTKWave save file.
class WaveSaveFile {
 public:
  /// `title`: what is in it. Shown from `from_ps` on, a window of `shown_ps`.
  WaveSaveFile(const std::string& title, const VcdFile& vcd, std::int64_t from_ps, std::int64_t shown_ps);
  void comment(const std::string& text) { comments_ += "[*] " + text + "\n"; }
  void heading(const std::string& text) { lines_ += "@200\n-" + text + "\n"; }
  void binary(const std::string& signal) { add("@28", signal); }
  void decimal(const std::string& signal) { add("@24", signal); }
  void signed_decimal(const std::string& signal) { add("@420", signal); }
  std::string text() const { return comments_ + head_ + lines_; }

 private:
  void add(const char* flag, const std::string& signal) { lines_ += std::string(flag) + "\nSystemC." + signal + "\n"; }
  std::string comments_, head_, lines_;
};

}  // namespace swimsim
