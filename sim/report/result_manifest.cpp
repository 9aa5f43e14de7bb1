#include "sim/report/result_manifest.h"

#include <fmt/format.h>

#include <system_error>

#include "models/common/build_info.h"
#include "models/common/errors.h"
#include "models/common/hash.h"
#include "models/common/read_file.h"

namespace swimsim {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::size_t kLargestManifestBytes = std::size_t{1} << 24;

[[noreturn]] void refuse(const fs::path& file, const std::string& message) {
  throw InputError({Diagnostic{{file.string(), 0, 0}, message}});
}

std::string word_of(const Json& object, const char* key) {
  return object.contains(key) && object[key].is_string() ? object[key].get<std::string>() : "";
}

/// Why there is no manifest.
[[noreturn]] void refuse_without_manifest(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) refuse(folder, "there is no such folder");
  if (!fs::is_directory(folder, error)) refuse(folder, "is a file; expected the folder that 'swimsim run --out' wrote");
  for (const char* begun : {"unfinished.journal", ".swimsim.lock", "workload.resolved.yaml"}) {
    if (fs::exists(folder / begun, error)) refuse(folder, "this run is unfinished; the command that began it goes on from there");
  }
  refuse(folder, "this is no result of 'swimsim run': there is no manifest.json");
}

}  // namespace

ResultManifest::ResultManifest(const std::string& folder) : folder_(folder) {
  const fs::path path = folder_ / "manifest.json";
  std::error_code error;
  if (!fs::is_regular_file(path, error)) refuse_without_manifest(folder_);
  manifest_ = Json::parse(read_file(path.string(), kLargestManifestBytes), nullptr, false);
  if (!manifest_.is_object() || word_of(manifest_, "schema") != "swimsim-manifest/1" || !manifest_.contains("files") ||
      !manifest_["files"].is_object() || !manifest_.contains("seed") || !manifest_["seed"].is_number_unsigned())
    refuse(path, "this is no manifest of a swimsim result");
  if (has("network.onnx")) refuse(folder_, "this is the result of 'swimsim train'; expected one of 'swimsim run'");
  if (word_of(manifest_, "version") != program_version())
    refuse(path, fmt::format("the result is of swimsim {}, this is swimsim {}; run the workload again", word_of(manifest_, "version"),
                             program_version()));
}

std::string ResultManifest::name() const {
  const fs::path plain = fs::absolute(folder_).lexically_normal();
  return (plain.has_filename() ? plain : plain.parent_path()).filename().string();
}

bool ResultManifest::complete() const { return word_of(manifest_, "status") == "complete"; }

std::string ResultManifest::path_of(const char* file) const {
  const std::string sha256 = word_of(manifest_["files"], file);
  if (sha256.empty()) refuse(folder_, fmt::format("there is no {} in this result; it is of an older build: run the workload again", file));
  if (sha256_hex_of_file((folder_ / file).string()) != sha256) refuse(folder_ / file, "this file has changed since the run");
  return (folder_ / file).string();
}

std::string ResultManifest::text_of(const char* file, std::size_t most_bytes) const { return read_file(path_of(file), most_bytes); }

}  // namespace swimsim
