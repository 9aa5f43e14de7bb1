#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace swimsim {

/// Finished jobs of a run: a run that was stopped goes on where it was. The file stays; who has put the results in safety removes it.
/// Records of another key (another workload, program or network) and a record that was cut short are dropped.
class Journal {
 public:
  /// An empty path switches the journal off.
  Journal(std::string path, std::string key);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Calls `known` for every sound record of an earlier run, then opens the file for more. Throws ResourceError.
  void open(const std::function<void(std::size_t job, std::string bytes)>& known);
  /// Appends and flushes to the disk. Throws ResourceError.
  void append(std::size_t job, const std::string& bytes);

 private:
  void write_all(const std::string& bytes);
  std::string path_, key_;
  int fd_ = -1;
};

}  // namespace swimsim
