#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace swimsim {

/// What the manifest says about a run beside its results.
struct ManifestInfo {
  std::string status;   ///< "complete", "interrupted"
  std::string version;  ///< of swimsim
  std::uint64_t seed = 0;
  std::vector<std::pair<std::string, std::string>> inputs;  ///< path as the user wrote it, SHA-256
  std::string instruction_set;                              ///< results are byte-identical for one binary on one instruction set
  std::string compiler;

  // Differs between equal runs: kept under "volatile".
  std::vector<std::pair<std::string, double>> wall_seconds;  ///< phase, seconds
  int threads = 1;
  std::string host_time;  ///< date and time of the host, ISO 8601
  std::string host;       ///< name of the machine; "" leaves it out
};

/// A file of the result folder, by its path inside the folder.
struct ResultFile {
  std::string path;
  std::string sha256;
};

/// manifest.json: the same bytes for equal runs but for the member "volatile". `volatile_files` (traces) are listed in there, because
/// looking must not change what a run leaves behind.
std::string manifest_json(const ManifestInfo& info, const std::vector<ResultFile>& files, const std::vector<ResultFile>& volatile_files);

}  // namespace swimsim
