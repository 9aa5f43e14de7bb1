#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace swimsim {

/// The result folder of a run that is read back. Everything that is wrong with it is an InputError with the place.
class ResultManifest {
 public:
  static constexpr std::size_t kLargestCsvBytes = std::size_t{1} << 30;

  /// Refuses a folder that is no result of `swimsim run`, an unfinished one and one of another version.
  explicit ResultManifest(const std::string& folder);

  std::string name() const;  ///< of the folder
  std::uint64_t seed() const { return manifest_["seed"].get<std::uint64_t>(); }
  bool complete() const;  ///< false: the run was interrupted after some trials
  bool has(const char* file) const { return manifest_["files"].contains(file); }
  /// The path of a file of the result. Refuses one that is not there or no longer what the manifest says.
  std::string path_of(const char* file) const;
  /// Its text, of at most so many bytes.
  std::string text_of(const char* file, std::size_t most_bytes = kLargestCsvBytes) const;

 private:
  std::filesystem::path folder_;
  nlohmann::json manifest_;
};

}  // namespace swimsim
