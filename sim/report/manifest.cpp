#include "sim/report/manifest.h"

#include <nlohmann/json.hpp>

namespace swimsim {
namespace {

using Json = nlohmann::ordered_json;

Json hashes(const std::vector<ResultFile>& files) {
  Json object = Json::object();
  for (const ResultFile& file : files) object[file.path] = file.sha256;
  return object;
}

Json inputs(const ManifestInfo& info) {
  Json list = Json::array();
  for (const auto& [path, sha256] : info.inputs) list.push_back({{"path", path}, {"sha256", sha256}});
  return list;
}

Json volatile_part(const ManifestInfo& info, const std::vector<ResultFile>& files) {
  Json object = Json::object();
  object["date"] = info.host_time;
  if (!info.host.empty()) object["host"] = info.host;
  object["threads"] = info.threads;
  object["wall_seconds"] = Json::object();
  for (const auto& [phase, seconds] : info.wall_seconds) object["wall_seconds"][phase] = seconds;
  if (!files.empty()) object["files"] = hashes(files);
  return object;
}

}  // namespace

std::string manifest_json(const ManifestInfo& info, const std::vector<ResultFile>& files, const std::vector<ResultFile>& volatile_files) {
  Json manifest = Json::object();
  manifest["schema"] = "swimsim-manifest/1";
  manifest["status"] = info.status;
  manifest["version"] = info.version;
  manifest["seed"] = info.seed;
  manifest["instruction_set"] = info.instruction_set;
  manifest["compiler"] = info.compiler;
  manifest["inputs"] = inputs(info);
  manifest["files"] = hashes(files);
  manifest["volatile"] = volatile_part(info, volatile_files);
  return manifest.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace swimsim
