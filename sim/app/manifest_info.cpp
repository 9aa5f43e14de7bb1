#include "sim/app/manifest_info.h"

#include <unistd.h>

#include <chrono>
#include <ctime>

#include "models/common/build_info.h"
#include "models/common/hash.h"
#include "models/device/card_reader.h"

namespace swimsim {

namespace {

std::string host_time() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::string host_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : "";
}

}  // namespace

ManifestInfo manifest_info(const LoadedWorkload& loaded, std::vector<std::string> files,
                           const std::vector<std::pair<std::string, std::string>>& digests, int threads,
                           const std::vector<std::pair<std::string, double>>& wall_seconds, bool complete) {
  ManifestInfo info;
  info.status = complete ? "complete" : "interrupted";
  info.version = program_version();
  info.seed = loaded.workload.seed;
  if (is_card_path(loaded.workload.card_source)) files.push_back(loaded.workload.card_source);
  info.inputs.emplace_back(loaded.text.source, sha256_hex(loaded.text.text));
  for (const std::string& file : files) info.inputs.emplace_back(file, sha256_hex_of_file(file));
  info.inputs.insert(info.inputs.end(), digests.begin(), digests.end());
  info.instruction_set = instruction_set();
  info.compiler = compiler();
  info.wall_seconds = wall_seconds;
  info.threads = threads;
  info.host_time = host_time();
  info.host = host_name();
  return info;
}

}  // namespace swimsim
