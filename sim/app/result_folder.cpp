#include "sim/app/result_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

#include "models/common/atomic_file.h"
#include "models/common/errors.h"
#include "models/common/read_file.h"
#include "sim/report/write_results.h"

namespace swimsim {

namespace fs = std::filesystem;

namespace {

constexpr const char* kManifest = "manifest.json";
constexpr const char* kResolved = "workload.resolved.yaml";
constexpr const char* kStudyFile = "study.yaml";
constexpr const char* kLock = ".swimsim.lock";
constexpr const char* kRawTrace = "trace.vcd.raw.vcd";
constexpr const char* kPlots = "plots";
constexpr const char* kTrainedFiles[] = {"network.onnx", "training.csv"};
constexpr std::size_t kLargestManifestBytes = std::size_t{1} << 24;

// Children of a run that was killed hold its lock until they have died too.
constexpr int kLockTries = 20;
constexpr std::chrono::milliseconds kLockPause{50};

std::string reason(int number) { return std::generic_category().message(number); }

void remove_old_file(const fs::path& path) {
  std::error_code error;
  fs::remove(path, error);
  if (error) throw ResourceError(fmt::format("{}: cannot remove this old file: {}", path.string(), error.message()));
}

/// What a run that was stopped left half written: temporary files of results and SystemC's own trace.
std::vector<fs::path> unfinished_files(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  if (fs::exists(folder / kRawTrace, error)) found.push_back(folder / kRawTrace);
  const std::vector<std::string> results = result_files();
  for (const fs::path& place : {folder, folder / kPlots}) {
    for (fs::directory_iterator entry(place, error), end; !error && entry != end; entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      const std::size_t suffix = name.rfind(".tmp-");
      if (suffix == std::string::npos) continue;
      const std::string complete = (place / name.substr(0, suffix)).lexically_relative(folder).string();
      if (std::find(results.begin(), results.end(), complete) != results.end()) found.push_back(entry->path());
    }
  }
  return found;
}

/// Of a folder with a manifest that lists its files; nothing for any other.
std::optional<ResultKind> kind_of_result(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_regular_file(folder / kManifest, error)) return std::nullopt;
  const auto manifest = nlohmann::json::parse(read_file((folder / kManifest).string(), kLargestManifestBytes), nullptr, false);
  if (!manifest.is_object() || !manifest.contains("files") || !manifest["files"].is_object()) return std::nullopt;
  if (manifest["files"].contains("results.csv")) return ResultKind::study;
  return manifest["files"].contains(kTrainedFiles[0]) ? ResultKind::training : ResultKind::run;
}

const char* command_of(ResultKind kind) {
  switch (kind) {
    case ResultKind::run:
      return "run";
    case ResultKind::training:
      return "train";
    case ResultKind::study:
      break;
  }
  return "study";
}

}  // namespace

void check_result_folder(const std::string& folder, bool force) {
  std::error_code error;
  const fs::path path(folder);
  if (!fs::exists(path, error)) return;
  if (!fs::is_directory(path, error)) throw InputError(fmt::format("--out: '{}' is a file, not a folder", folder));
  if (::access(path.c_str(), R_OK | X_OK) != 0)
    throw ResourceError(fmt::format("--out: folder '{}' cannot be read: {}", folder, reason(errno)));
  if (force || fs::is_empty(path, error)) return;
  for (const char* own : {kManifest, kResolved, kLock, kStudyFile}) {
    if (fs::exists(path / own, error)) return;
  }
  throw InputError(fmt::format(
      "--out: folder '{}' holds something that is not a swimsim result; name another one, or write there with --force", folder));
}

void check_result_kind(const std::string& folder, ResultKind kind, bool force) {
  const ResultKind found = kind_of_result(folder).value_or(kind);
  if (force || found == kind) return;
  throw InputError(fmt::format("--out: folder '{}' holds the result of 'swimsim {}'; name another one, or write there with --force", folder,
                               command_of(found)));
}

FolderLock::FolderLock(const std::string& folder) : folder_(folder), path_((fs::path(folder) / kLock).string()) {
  std::error_code error;
  made_ = fs::create_directories(folder, error);
  if (error) throw ResourceError(fmt::format("{}: cannot be created: {}", folder, error.message()));
  for (int left = kLockTries; !try_lock();) {
    if (--left == 0)
      throw ResourceError(
          fmt::format("{}: another run of swimsim is writing into this folder; wait for it or name another one with --out", folder));
    std::this_thread::sleep_for(kLockPause);
  }
}

FolderLock::~FolderLock() {
  std::error_code ignored;  // nothing of this is a result
  for (const fs::path& file : unfinished_files(folder_)) fs::remove(file, ignored);
  fs::remove(path_, ignored);
  if (made_) fs::remove(folder_, ignored);  // which it refuses unless the folder is empty
  ::close(fd_);
}

bool FolderLock::try_lock() {
  const auto fail = [this] { throw ResourceError(fmt::format("{}: cannot be locked: {}", path_, reason(errno))); };
  fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd_ < 0) fail();
  struct stat locked {
  }, named{};
  if (::flock(fd_, LOCK_EX | LOCK_NB) == 0) {
    // The run before may have removed the file after it was opened here: then this lock keeps nobody out.
    if (::fstat(fd_, &locked) == 0 && ::stat(path_.c_str(), &named) == 0 && locked.st_dev == named.st_dev && locked.st_ino == named.st_ino)
      return true;
  } else if (errno != EWOULDBLOCK && errno != EINTR) {
    const int number = errno;
    ::close(fd_);
    errno = number;
    fail();
  }
  ::close(fd_);
  return false;
}

void open_result_folder(const std::string& folder, const std::string& resolved_workload) {
  const fs::path path(folder);
  for (const std::string& file : result_files()) remove_old_file(path / file);
  for (const fs::path& file : unfinished_files(path)) remove_old_file(file);
  std::error_code error;
  if (fs::is_directory(path / kPlots, error) && fs::is_empty(path / kPlots, error)) fs::remove(path / kPlots, error);
  write_file_atomically((path / kResolved).string(), resolved_workload);
}

void check_training_input(const std::string& folder, const std::string& input_network) {
  std::error_code error;
  for (const char* file : kTrainedFiles) {
    if (!input_network.empty() && fs::equivalent(fs::path(folder) / file, input_network, error))
      throw InputError(fmt::format(
          "--out: '{}' holds the network that is to be trained, and the result would take its place; give another folder", folder));
  }
}

void remove_old_training(const std::string& folder) {
  for (const char* file : kTrainedFiles) remove_old_file(fs::path(folder) / file);
}

void discard_result_folder(const std::string& folder) {
  std::error_code ignored;  // the mistake that brought us here is what the user needs to hear of
  fs::remove(fs::path(folder) / kResolved, ignored);
}

}  // namespace swimsim
