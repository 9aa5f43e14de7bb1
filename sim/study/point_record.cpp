#include "sim/study/point_record.h"

#include <cmath>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>

#include "models/common/build_info.h"
#include "models/common/errors.h"
#include "models/common/hash.h"
#include "models/common/read_file.h"
#include "models/common/units.h"
#include "sim/workload/read_workload.h"

namespace swimsim {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kSchema = "swimsim-point/1";
constexpr std::size_t kLargestRecordBytes = std::size_t{1} << 20;

/// Everything that decides the trials themselves, whatever their number: program, workload, network.
std::string settings_digest(const StudyPoint& point) {
  Workload workload = point.workload;
  workload.evaluate.trials = 1;
  Sha256 hash;
  hash.update(build_identity()).update("|").update(resolved_yaml(workload));
  if (!workload.network.onnx.empty()) hash.update(sha256_hex_of_file(workload.network.onnx));
  return hash.hex();
}

/// How many trials there are to be, as the study says it.
Json trials_wanted(const Study& study) {
  Json json = {{"at_most", study.trials.at_most}};
  if (!study.until) return json;
  json["looks"] = study.trials.looks();
  json["ci95_half_width"] = format_number(study.until->ci95_half_width);
  json["of"] = study.until->of;
  json["selector"] = study.until->selector;
  json["fraction"] = study.until->fraction ? format_number(*study.until->fraction) : "";
  return json;
}

}  // namespace

std::string point_record_json(const Study& study, const StudyPoint& point, const PointRecord& record) {
  Json json = Json::object();
  json["schema"] = kSchema;
  json["study"] = study.name;
  json["point"] = point.number;
  json["name"] = point.label;
  json["keys"] = Json::object();
  for (std::size_t i = 0; i < study.keys.size(); ++i) json["keys"][study.keys[i]] = point.values[i];
  json["trials"] = record.trials;
  json["ended"] = record.narrow_enough ? "narrow enough" : "largest number of trials";
  json["accuracy_ci95_half_width"] = record.accuracy_half_width;  // null if infinite
  json["synthetic_images"] = record.synthetic_images;
  json["notes"] = record.notes;
  json["wanted"] = trials_wanted(study);
  json["settings"] = settings_digest(point);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

PointState state_of_point(const Study& study, const StudyPoint& point, const std::string& folder, PointRecord* record) {
  const fs::path path = fs::path(folder) / kPointRecord;
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return PointState::missing;
  const Json json = Json::parse(read_file(path.string(), kLargestRecordBytes), nullptr, false);
  const auto is_text = [&json](const char* key, const std::string& text) {
    return json.contains(key) && json[key].is_string() && json[key].get<std::string>() == text;
  };
  if (!json.is_object() || !is_text("schema", kSchema) || !is_text("settings", settings_digest(point))) return PointState::missing;
  if (!json.contains("trials") || !json["trials"].is_number_integer() || !json.contains("wanted")) return PointState::missing;
  if (record != nullptr) {
    record->trials = json["trials"].get<int>();
    record->narrow_enough = is_text("ended", "narrow enough");
    const Json width = json.value("accuracy_ci95_half_width", Json());
    record->accuracy_half_width = width.is_number() ? width.get<double>() : std::numeric_limits<double>::infinity();
  }
  return json["wanted"] == trials_wanted(study) ? PointState::finished : PointState::other_trials;
}

}  // namespace swimsim
