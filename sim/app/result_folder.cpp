#include "sim/app/result_folder.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "models/common/atomic_file.h"
#include "models/common/errors.h"

namespace swimsim {

namespace fs = std::filesystem;

namespace {

constexpr const char* kManifest = "manifest.json";
constexpr const char* kResolved = "workload.resolved.yaml";

}  // namespace

void check_result_folder(const std::string& folder, bool force) {
  std::error_code error;
  const fs::path path(folder);
  if (!fs::exists(path, error)) return;
  if (!fs::is_directory(path, error)) throw InputError(fmt::format("--out: '{}' is a file, not a folder", folder));
  if (force || fs::is_empty(path, error)) return;
  if (fs::exists(path / kManifest, error) || fs::exists(path / kResolved, error)) return;
  throw InputError(fmt::format(
      "--out: folder '{}' holds something that is not a swimsim result; name another one, or write there with --force", folder));
}

void open_result_folder(const std::string& folder, const std::string& resolved_workload) {
  std::error_code error;
  const fs::path path(folder);
  fs::create_directories(path, error);
  if (error) throw ResourceError(fmt::format("{}: cannot be created: {}", folder, error.message()));
  for (const char* old : {kManifest, "trace.vcd", "trace.gtkw"}) {
    fs::remove(path / old, error);
    if (error) throw ResourceError(fmt::format("{}: cannot remove this old file: {}", (path / old).string(), error.message()));
  }
  write_file_atomically((path / kResolved).string(), resolved_workload);
}

void discard_result_folder(const std::string& folder) {
  std::error_code ignored;  // the mistake that brought us here is what the user needs to hear of
  fs::remove(fs::path(folder) / kResolved, ignored);
  if (fs::is_empty(folder, ignored)) fs::remove(folder, ignored);
}

}  // namespace swimsim
